package io.espalier.checkpoint.tensors;

import io.espalier.files.MalformedFileException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;

/** Writes safetensors one tensor at a time, so that a model need not fit into memory. */
public final class SafetensorsWriter {
  /** Data starts at a multiple of this, for direct use of a mapped file. */
  private static final int ALIGNMENT = 64;

  private static final int CHUNK_ELEMENTS = 1 << 18;

  private SafetensorsWriter() {}

  /** Hands out the numbers of one tensor, row-major, when they are needed. */
  public interface FloatSource {
    float[] read(String name) throws IOException;
  }

  /**
   * Writes a safetensors file.
   *
   * @param tensors float32, float16, bfloat16 or, for matrices, int8, by name; an int8 matrix gets
   *     a scale for each row
   * @param source asked once for each name, twice for those of int8
   */
  public static void write(Path path, Map<String, TensorType> tensors, FloatSource source)
      throws IOException {
    SafetensorsHeader header = SafetensorsHeader.layOut(Quantized.withScales(tensors));
    byte[] json = header.toJson().getBytes(StandardCharsets.UTF_8);
    int padding = Math.floorMod(-(Long.BYTES + json.length), ALIGNMENT);
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putLong(json.length + padding).array());
      out.write(json);
      out.write(" ".repeat(padding).getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, SafetensorsHeader.Entry> entry : header.entries().entrySet()) {
        writeFloats(out, entry.getKey(), entry.getValue(), values(entry.getKey(), tensors, source));
      }
    }
  }

  private static float[] values(String name, Map<String, TensorType> tensors, FloatSource source)
      throws IOException {
    for (Map.Entry<String, TensorType> entry : tensors.entrySet()) {
      String matrix = entry.getKey();
      boolean scales = Quantized.scaleOf(matrix).equals(name);
      if (entry.getValue().type() == ElementType.INT8 && (scales || matrix.equals(name))) {
        float[] exact = source.read(matrix);
        requireFinite(matrix, exact);
        float[] ofRows = Quantized.scales(exact, (int) entry.getValue().shape().get(0));
        return scales ? ofRows : Quantized.quantize(exact, ofRows);
      }
    }
    float[] exact = source.read(name);
    requireFinite(name, exact);
    return exact;
  }

  private static void requireFinite(String name, float[] values) throws MalformedFileException {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new MalformedFileException(
            "Cannot write parameter %s: it has the value %s".formatted(name, value));
      }
    }
  }

  private static void writeFloats(
      OutputStream out, String name, SafetensorsHeader.Entry entry, float[] values)
      throws IOException {
    if (values.length != entry.shape().size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot write %s: %d values for shape %s",
              name,
              values.length,
              entry.shape()));
    }
    int bytes = entry.type().bytes();
    ByteBuffer chunk =
        ByteBuffer.allocate(Math.min(values.length, CHUNK_ELEMENTS) * bytes)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      put(chunk, entry.type(), name, value);
      if (!chunk.hasRemaining()) {
        out.write(chunk.array());
        chunk.clear();
      }
    }
    out.write(chunk.array(), 0, chunk.position());
  }

  private static void put(ByteBuffer chunk, ElementType type, String name, float value)
      throws MalformedFileException {
    switch (type) {
      case FLOAT32 -> chunk.putFloat(value);
      case BFLOAT16 -> chunk.putShort(Bfloat16.fromFloat(value));
      case INT8 -> chunk.put((byte) value);
      case FLOAT16 -> {
        if (Math.abs(value) > Half.MAX) {
          throw new MalformedFileException(
              "Cannot write parameter %s as float16: it has the value %s, limit is %s. Use float32"
                  .formatted(name, value, Half.MAX));
        }
        chunk.putShort(Half.fromFloat(value));
      }
      case FLOAT64, INT64, INT32, INT16, UINT8, BOOL ->
          throw new IllegalArgumentException("Cannot write " + name + " as " + type);
    }
  }
}
