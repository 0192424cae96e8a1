package io.espalier.checkpoint.espnet;

import io.espalier.checkpoint.tensors.ElementType;
import io.espalier.files.MalformedFileException;
import java.util.Arrays;
import java.util.Locale;

/**
 * A tensor of a {@code .pth} file: a view of a storage.
 *
 * @param offset first element in the storage
 * @param strides step of each axis in elements
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TorchTensor(Storage storage, long offset, long[] shape, long[] strides) {

  /** Raw numbers that several tensors may share; {@code key} is the entry's name in the file. */
  public record Storage(String key, ElementType type, long elements) {}

  /**
   * @throws MalformedFileException if the view does not lie within its storage, or repeats it: a
   *     few bytes must not become gigabytes
   */
  static TorchTensor of(Storage storage, long offset, long[] shape, long[] strides)
      throws MalformedFileException {
    TorchTensor tensor = new TorchTensor(storage, offset, shape, strides);
    if (shape.length != strides.length || offset < 0 || !tensor.isInside()) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "it has an invalid tensor of shape %s, strides %s and offset %d in a storage of %d"
                  + " elements",
              Arrays.toString(shape),
              Arrays.toString(strides),
              offset,
              storage.elements()));
    }
    return tensor;
  }

  private boolean isInside() {
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] < 0 || strides[i] < 0) {
        return false;
      }
    }
    try {
      return elements() == 0
          || (elements() <= storage.elements()
              && Math.addExact(offset, extent()) <= storage.elements());
    } catch (ArithmeticException e) {
      return false;
    }
  }

  long elements() {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  /** Number of storage elements from the first to the last that the view touches. */
  long extent() {
    long last = 0;
    for (int i = 0; i < shape.length; i++) {
      last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
    }
    return Math.addExact(last, 1);
  }

  boolean isContiguous() {
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != step) {
        return false;
      }
      step *= shape[i];
    }
    return true;
  }
}
