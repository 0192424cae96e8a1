package io.espalier.checkpoint.tensors;

import ai.djl.ndarray.types.Shape;
import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named vectors of float32 in a safetensors file, for what a training run has to remember. A long
 * vector goes on in {@code NAME#1}, {@code NAME#2}, ...: readers map a tensor at once.
 */
public final class TensorFile {
  private static final int PART = 1 << 26;
  private static final char MARK = '#';

  private TensorFile() {}

  /**
   * Writes a new file.
   *
   * @throws MalformedFileException if a number is not finite
   */
  public static void write(Path file, Map<String, float[]> vectors) throws IOException {
    write(file, vectors, PART);
  }

  static void write(Path file, Map<String, float[]> vectors, int most) throws IOException {
    Map<String, TensorType> tensors = new LinkedHashMap<>();
    vectors.forEach(
        (name, values) -> {
          for (int part = 0; part == 0 || (long) part * most < values.length; part++) {
            int size = (int) Math.min(most, values.length - (long) part * most);
            tensors.put(
                part == 0 ? name : name + MARK + part,
                new TensorType(ElementType.FLOAT32, new Shape(size)));
          }
        });
    SafetensorsWriter.write(file, tensors, part -> part(vectors, part, most));
  }

  private static float[] part(Map<String, float[]> vectors, String part, int most) {
    float[] values = vectors.get(name(part));
    long start = start(part, most);
    return values.length <= most
        ? values
        : Arrays.copyOfRange(values, (int) start, (int) Math.min(start + most, values.length));
  }

  /** Reads all vectors of a file. */
  public static Map<String, float[]> read(Path file) throws IOException {
    return read(file, PART);
  }

  static Map<String, float[]> read(Path file, int most) throws IOException {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    SafetensorsFile tensors = SafetensorsFile.open(file);
    Map<String, Integer> sizes = new LinkedHashMap<>();
    tensors
        .tensors()
        .forEach(
            (part, found) -> sizes.merge(name(part), (int) found.shape().size(), Math::addExact));
    sizes.forEach((name, size) -> vectors.put(name, new float[size]));
    tensors.forEachFloats(
        (part, values) -> {
          System.arraycopy(
              values, 0, vectors.get(name(part)), (int) start(part, most), values.length);
        });
    return vectors;
  }

  private static String name(String part) {
    int mark = part.lastIndexOf(MARK);
    return mark < 0 ? part : part.substring(0, mark);
  }

  private static long start(String part, int most) {
    int mark = part.lastIndexOf(MARK);
    return mark < 0 ? 0 : Long.parseLong(part.substring(mark + 1)) * most;
  }
}
