package io.espalier.checkpoint;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Named vectors of float32 in a safetensors file, for what a training run has to remember. */
public final class TensorFile {
  private TensorFile() {}

  /**
   * Writes a new file.
   *
   * @throws CheckpointException if a number is not finite
   */
  public static void write(Path file, Map<String, float[]> vectors) throws IOException {
    Map<String, ParameterCheck.Found> tensors = new LinkedHashMap<>();
    vectors.forEach(
        (name, values) ->
            tensors.put(
                name, new ParameterCheck.Found(ElementType.FLOAT32, new Shape(values.length))));
    SafetensorsWriter.write(file, tensors, vectors::get);
  }

  /** Reads all tensors of a file, flattened. */
  public static Map<String, float[]> read(Path file) throws IOException {
    return SafetensorsFile.open(file).floats();
  }
}
