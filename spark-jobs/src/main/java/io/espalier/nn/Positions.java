package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Sinusoidal positions (ESPnet's {@code PositionalEncoding}): {@code pe[t, 2i] = sin(t w_i)},
 * {@code pe[t, 2i+1] = cos(t w_i)}, {@code w_i = 10000^(-2i/width)}, in float32 as the reference
 * computes them. They are added to the input times {@code sqrt(width)}.
 */
public final class Positions {
  private final NDArray table;
  private final double scale;

  /**
   * @param manager owns the table
   * @param count number of positions
   */
  public Positions(NDManager manager, int count, int width) {
    float[] values = new float[count * width];
    for (int i = 0; i < width; i += 2) {
      float frequency = (float) Math.exp((float) (i * -(Math.log(10000.0) / width)));
      for (int t = 0; t < count; t++) {
        float angle = t * frequency;
        values[t * width + i] = (float) Math.sin(angle);
        if (i + 1 < width) {
          values[t * width + i + 1] = (float) Math.cos(angle);
        }
      }
    }
    this.table = HostData.of(manager, values, new Shape(count, width));
    this.scale = Math.sqrt(width);
  }

  /** (positions, width). */
  public NDArray table() {
    return table;
  }

  /** What the input is multiplied with before positions are added. */
  public double scale() {
    return scale;
  }

  /** Number of positions. */
  public int count() {
    return (int) table.getShape().get(0);
  }
}
