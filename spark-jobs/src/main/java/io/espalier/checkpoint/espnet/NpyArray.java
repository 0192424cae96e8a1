package io.espalier.checkpoint.espnet;

import java.util.Arrays;

/**
 * An array of a {@code .npy} file or {@code .npz} entry in row-major order: integers of any width
 * are kept as longs, floats of any width as doubles or, if they fit exactly, as floats.
 */
public final class NpyArray {
  private final long[] shape;
  private final float[] floats;
  private final double[] doubles;
  private final long[] longs;

  private NpyArray(long[] shape, float[] floats, double[] doubles, long[] longs) {
    this.shape = shape;
    this.floats = floats;
    this.doubles = doubles;
    this.longs = longs;
  }

  static NpyArray ofFloats(long[] shape, float[] values) {
    return new NpyArray(shape, values, null, null);
  }

  static NpyArray ofDoubles(long[] shape, double[] values) {
    return new NpyArray(shape, null, values, null);
  }

  static NpyArray ofLongs(long[] shape, long[] values) {
    return new NpyArray(shape, null, null, values);
  }

  /** Sizes of the axes; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Whether the elements are integers or booleans. */
  public boolean isInteger() {
    return longs != null;
  }

  /** Number of elements. */
  public int size() {
    return longs != null ? longs.length : floats != null ? floats.length : doubles.length;
  }

  /** The elements as floats; doubles and integers are rounded. */
  public float[] floats() {
    if (floats != null) {
      return floats.clone();
    }
    float[] values = new float[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = longs != null ? longs[i] : (float) doubles[i];
    }
    return values;
  }

  /** The elements as doubles. */
  public double[] doubles() {
    double[] values = new double[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = longs != null ? longs[i] : floats != null ? floats[i] : doubles[i];
    }
    return values;
  }

  /**
   * The elements as integers.
   *
   * @throws IllegalStateException if they are not stored as integers
   */
  public long[] longs() {
    if (longs == null) {
      throw new IllegalStateException(
          "Cannot read an array of floats of shape " + Arrays.toString(shape) + " as integers");
    }
    return longs.clone();
  }
}
