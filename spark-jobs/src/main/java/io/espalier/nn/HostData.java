package io.espalier.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Values of the heap as arrays of a device.
 *
 * <p>DJL's own {@code create} puts values for the CPU into a direct buffer that the array borrows
 * and that only the garbage collector frees. The heap knows nothing of its size, so hundreds of
 * megabytes gather between two collections, and what is freed late leaves holes between libtorch's
 * own blocks. And what a kernel makes of such an array may share its memory without a hold on the
 * buffer: a packed layer whose bias was borrowed reads freed memory once the array is closed. Here
 * the values go straight into memory of libtorch, which counts its users and is free again as soon
 * as the last array over it is closed.
 */
public final class HostData {
  private HostData() {}

  /**
   * An array of 32-bit reals.
   *
   * @throws IllegalArgumentException if {@code shape} has another number of values, as for all
   *     types
   */
  public static NDArray of(NDManager manager, float[] values, Shape shape) {
    return isDirect(manager, values.length, shape)
        ? direct(manager, shape, DataType.FLOAT32, bytes -> bytes.asFloatBuffer().put(values))
        : manager.create(values, shape);
  }

  /** An array of 32-bit whole numbers. */
  public static NDArray of(NDManager manager, int[] values, Shape shape) {
    return isDirect(manager, values.length, shape)
        ? direct(manager, shape, DataType.INT32, bytes -> bytes.asIntBuffer().put(values))
        : manager.create(values, shape);
  }

  /** An array of 64-bit whole numbers. */
  public static NDArray of(NDManager manager, long[] values, Shape shape) {
    return isDirect(manager, values.length, shape)
        ? direct(manager, shape, DataType.INT64, bytes -> bytes.asLongBuffer().put(values))
        : manager.create(values, shape);
  }

  /** An array of truth values. */
  public static NDArray of(NDManager manager, boolean[] values, Shape shape) {
    if (!isDirect(manager, values.length, shape)) {
      return manager.create(values, shape);
    }
    return direct(
        manager,
        shape,
        DataType.BOOLEAN,
        bytes -> {
          for (boolean value : values) {
            bytes.put((byte) (value ? 1 : 0));
          }
        });
  }

  /** A vector of 32-bit reals. */
  public static NDArray of(NDManager manager, float[] values) {
    return of(manager, values, new Shape(values.length));
  }

  /** One 32-bit real, without dimensions. */
  public static NDArray of(NDManager manager, float value) {
    return of(manager, new float[] {value}, new Shape());
  }

  /**
   * An array of 32-bit reals that needs no copy on the heap.
   *
   * @param fill writes the values in order of rows; what it leaves out is zero
   */
  public static NDArray filled(NDManager manager, Shape shape, Consumer<FloatBuffer> fill) {
    int size = Math.toIntExact(shape.size());
    if (!isDirect(manager, size, shape)) {
      float[] values = new float[size];
      fill.accept(FloatBuffer.wrap(values));
      return manager.create(values, shape);
    }
    NDArray array = manager.zeros(shape);
    fill.accept(view(array).asFloatBuffer());
    return array;
  }

  private static NDArray direct(
      NDManager manager, Shape shape, DataType type, Consumer<ByteBuffer> fill) {
    NDArray array = manager.create(shape, type);
    fill.accept(view(array));
    return array;
  }

  private static boolean isDirect(NDManager manager, int count, Shape shape) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Cannot make array: %d values do not have shape %s", count, shape));
    }
    return count > 0 && manager.getDevice().equals(Device.cpu());
  }

  /** The array's own memory; it must not be used once the array is closed. */
  private static ByteBuffer view(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder());
  }
}
