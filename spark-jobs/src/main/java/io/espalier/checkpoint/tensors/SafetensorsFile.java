package io.espalier.checkpoint.tensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Utf8Text;
import io.espalier.nn.HostData;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/** Reads safetensors through the page cache, tensor by tensor, of any total size. */
public final class SafetensorsFile {
  /** Some 120 bytes per tensor are needed; the format itself allows 100 MB. */
  private static final long MAX_HEADER_BYTES = 16 << 20;

  private final Path path;
  private final long dataStart;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, long dataStart, SafetensorsHeader header) {
    this.path = path;
    this.dataStart = dataStart;
    this.header = header;
  }

  /**
   * Reads and checks the header.
   *
   * @throws MalformedFileException if it is damaged or does not fit the file
   */
  public static SafetensorsFile open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      long size = channel.size();
      ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, prefix, 0);
      long length = prefix.getLong(0);
      if (length < 2 || length > Math.min(MAX_HEADER_BYTES, size - Long.BYTES)) {
        throw new MalformedFileException(
            String.format(
                Locale.ROOT,
                "it declares a header of %d bytes, limit is %d, and the file has %d",
                length,
                MAX_HEADER_BYTES,
                size));
      }
      ByteBuffer json = ByteBuffer.allocate((int) length);
      readFully(channel, json, Long.BYTES);
      long dataStart = Long.BYTES + length;
      String text = Utf8Text.decode(json.array(), "its header");
      return new SafetensorsFile(path, dataStart, SafetensorsHeader.parse(text, size - dataStart));
    } catch (MalformedFileException e) {
      throw new MalformedFileException("Cannot read " + path + ": " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new MalformedFileException("Cannot read " + path + ": it is cut off", e);
    }
  }

  /** Types and shapes by name; matrices of 8-bit numbers with scales count as float32. */
  public Map<String, TensorType> tensors() {
    Map<String, TensorType> tensors = new LinkedHashMap<>();
    header.entries().forEach((name, e) -> tensors.put(name, new TensorType(e.type(), e.shape())));
    return Quantized.asRead(tensors);
  }

  /** All tensors as float32, owned by {@code manager} and on its device. */
  public Map<String, NDArray> load(NDManager manager) throws IOException {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    try (FileChannel channel = FileChannel.open(path)) {
      for (Map.Entry<String, SafetensorsHeader.Entry> entry : header.entries().entrySet()) {
        ByteBuffer bytes = map(channel, entry.getKey(), entry.getValue());
        arrays.put(entry.getKey(), array(manager, entry.getValue(), bytes));
      }
    }
    header.entries().keySet().stream()
        .filter(name -> !tensors().containsKey(name))
        .toList()
        .forEach(
            scales -> {
              try (NDArray ofRows = arrays.remove(scales)) {
                NDArray matrix = arrays.get(Quantized.matrixOf(scales));
                matrix.muli(ofRows.reshape(ofRows.getShape().add(1)));
              }
            });
    return arrays;
  }

  /** Hands out the numbers of each tensor, row-major, in the order of the file. */
  void forEachFloats(BiConsumer<String, float[]> consumer) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      for (Map.Entry<String, SafetensorsHeader.Entry> entry : header.entries().entrySet()) {
        ByteBuffer bytes = map(channel, entry.getKey(), entry.getValue());
        float[] values = new float[(int) entry.getValue().shape().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = entry.getValue().type().nextFloat(bytes);
        }
        consumer.accept(entry.getKey(), values);
      }
    }
  }

  private ByteBuffer map(FileChannel channel, String name, SafetensorsHeader.Entry entry)
      throws IOException {
    long size = entry.end() - entry.begin();
    if (size > Integer.MAX_VALUE) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "Cannot read %s: tensor %s has %d bytes, limit is %d",
              path,
              name,
              size,
              Integer.MAX_VALUE));
    }
    return channel
        .map(FileChannel.MapMode.READ_ONLY, dataStart + entry.begin(), size)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static NDArray array(NDManager manager, SafetensorsHeader.Entry entry, ByteBuffer bytes) {
    return switch (entry.type()) {
      case FLOAT32 -> {
        // On a CPU the engine's array would be the mapped file itself: read-only and unaligned.
        try (NDArray mapped = manager.create(bytes, entry.shape(), DataType.FLOAT32)) {
          yield mapped.duplicate();
        }
      }
      case FLOAT16 -> {
        try (NDArray mapped = manager.create(bytes, entry.shape(), DataType.FLOAT16)) {
          yield mapped.toType(DataType.FLOAT32, true);
        }
      }
      case FLOAT64, BFLOAT16, INT64, INT32, INT16, INT8, UINT8, BOOL -> {
        float[] values = new float[(int) entry.shape().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = entry.type().nextFloat(bytes);
        }
        yield HostData.of(manager, values, entry.shape());
      }
    };
  }

  private static void readFully(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
  }
}
