package io.espalier.checkpoint.espnet;

import io.espalier.checkpoint.tensors.ElementType;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Utf8Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NumPy's {@code .npy} format, versions 1 to 3, numbers only. */
final class NpyReader {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");

  private NpyReader() {}

  /**
   * @throws MalformedFileException if the bytes are damaged or hold anything but numbers; the
   *     message is the second half of a sentence about the file
   */
  static NpyArray read(byte[] npy) throws MalformedFileException {
    ByteBuffer buffer = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
    String header = header(buffer);
    String descr = group(DESCR, header);
    ElementType type = type(descr);
    if (descr.charAt(0) == '>') {
      buffer.order(ByteOrder.BIG_ENDIAN);
    }
    long[] shape = shape(group(SHAPE, header));
    long elements = product(shape);
    if (elements != buffer.remaining() / type.bytes() || buffer.remaining() % type.bytes() != 0) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "it declares %s of shape %s but has %d bytes of numbers",
              descr,
              Arrays.toString(shape),
              buffer.remaining()));
    }
    boolean columnMajor = group(FORTRAN, header).equals("True");
    int[] order = order(shape, (int) elements, columnMajor);
    return values(buffer, type, shape, order);
  }

  private static String header(ByteBuffer buffer) throws MalformedFileException {
    byte[] magic = new byte[MAGIC.length];
    if (buffer.remaining() < 12) {
      throw new MalformedFileException("it is cut off");
    }
    buffer.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new MalformedFileException("it is not in NumPy's format");
    }
    int major = buffer.get();
    buffer.get();
    long length = major == 1 ? buffer.getShort() & 0xFFFFL : buffer.getInt() & 0xFFFFFFFFL;
    if (length > buffer.remaining()) {
      throw new MalformedFileException("its header is cut off");
    }
    byte[] header = new byte[(int) length];
    buffer.get(header);
    return Utf8Text.decode(header, "its header");
  }

  private static String group(Pattern pattern, String header) throws MalformedFileException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new MalformedFileException("its header is not that of an array of numbers: " + header);
    }
    return matcher.group(1);
  }

  private static ElementType type(String descr) throws MalformedFileException {
    String code = descr.isEmpty() ? "" : descr.substring(1);
    return switch (code) {
      case "f2" -> ElementType.FLOAT16;
      case "f4" -> ElementType.FLOAT32;
      case "f8" -> ElementType.FLOAT64;
      case "i8" -> ElementType.INT64;
      case "i4" -> ElementType.INT32;
      case "i2" -> ElementType.INT16;
      case "i1" -> ElementType.INT8;
      case "u1" -> ElementType.UINT8;
      case "b1" -> ElementType.BOOL;
      default ->
          throw new MalformedFileException(
              "its element type is '" + descr + "', must be f2, f4, f8, i1 to i8, u1 or b1");
    };
  }

  private static long[] shape(String sizes) throws MalformedFileException {
    try {
      return Arrays.stream(sizes.split(","))
          .map(size -> size.strip().replace("L", ""))
          .filter(size -> !size.isEmpty())
          .mapToLong(Long::parseLong)
          .toArray();
    } catch (NumberFormatException e) {
      throw new MalformedFileException("its shape is (" + sizes + ")", e);
    }
  }

  private static long product(long[] shape) throws MalformedFileException {
    try {
      long product = 1;
      for (long size : shape) {
        product = Math.multiplyExact(product, size);
      }
      return product;
    } catch (ArithmeticException e) {
      throw new MalformedFileException("its shape is " + Arrays.toString(shape), e);
    }
  }

  /** For each stored element its place in row-major order. */
  private static int[] order(long[] shape, int elements, boolean columnMajor) {
    int[] order = new int[elements];
    int[] steps = new int[shape.length];
    int step = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      steps[axis] = step;
      step *= (int) shape[axis];
    }
    for (int i = 0; i < elements; i++) {
      int rest = i;
      int place = columnMajor ? 0 : i;
      for (int axis = 0; columnMajor && axis < shape.length; axis++) {
        place += (int) (rest % shape[axis]) * steps[axis];
        rest /= (int) shape[axis];
      }
      order[i] = place;
    }
    return order;
  }

  private static NpyArray values(ByteBuffer buffer, ElementType type, long[] shape, int[] order) {
    if (type == ElementType.FLOAT64) {
      double[] doubles = new double[order.length];
      for (int place : order) {
        doubles[place] = buffer.getDouble();
      }
      return NpyArray.ofDoubles(shape, doubles);
    }
    if (type.isFloating()) {
      float[] floats = new float[order.length];
      for (int place : order) {
        floats[place] = type.nextFloat(buffer);
      }
      return NpyArray.ofFloats(shape, floats);
    }
    long[] longs = new long[order.length];
    for (int place : order) {
      longs[place] = type.nextLong(buffer);
    }
    return NpyArray.ofLongs(shape, longs);
  }
}
