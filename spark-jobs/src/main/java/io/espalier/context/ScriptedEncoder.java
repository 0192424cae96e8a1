package io.espalier.context;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A TorchScript program as an encoder. Its {@code forward} takes samples (1, samples) and returns
 * one vector, (size) or (1, size). Its treatment of padding and its cost are unknown, so each
 * recording is computed alone.
 */
public final class ScriptedEncoder implements ContextEncoder {
  private final NDManager manager;
  private final Script script;
  private final int size;
  private final int minSamples;

  /**
   * @param manager of the script
   * @param size numbers of a vector
   * @param minSamples fewest samples that the program takes
   */
  public ScriptedEncoder(NDManager manager, Script script, int size, int minSamples) {
    this.manager = manager;
    this.script = script;
    this.size = size;
    this.minSamples = minSamples;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int minSamples() {
    return minSamples;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public List<Embedding> encode(List<float[]> recordings) {
    List<Embedding> embeddings = new ArrayList<>();
    for (float[] samples : recordings) {
      float[] vector = vector(manager, script, samples);
      if (vector.length != size) {
        throw new IllegalStateException(
            String.format(
                    Locale.ROOT,
                    "Unexpected vector: the TorchScript encoder returned %d numbers for %d samples,"
                        + " but %d when",
                    vector.length,
                    samples.length,
                    size)
                + " it was imported");
      }
      embeddings.add(new Embedding(vector, Embedding.UNKNOWN_FLOPS));
    }
    return embeddings;
  }

  /**
   * The result of the program for one recording.
   *
   * @throws IllegalArgumentException if that is not one vector of floats
   */
  public static float[] vector(NDManager manager, Script script, float[] samples) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray batch = HostData.of(scope, samples, new Shape(1, samples.length));
      NDArray result = script.call("forward").with(batch).run(scope);
      Shape shape = result.getShape();
      boolean one = shape.dimension() == 1 || (shape.dimension() == 2 && shape.get(0) == 1);
      if (!one || result.getDataType() != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            ("forward returned %s of shape %s for samples of shape %s, must be one"
                    + " vector of float32")
                .formatted(result.getDataType(), shape, batch.getShape()));
      }
      return result.toFloatArray();
    }
  }
}
