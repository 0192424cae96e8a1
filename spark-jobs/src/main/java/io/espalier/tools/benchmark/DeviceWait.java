package io.espalier.tools.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Waits for a device, which computes behind its caller's back, before a clock is stopped. */
final class DeviceWait {
  private DeviceWait() {}

  /** Waits until an array is computed, and closes it. */
  static void consume(NDArray array) {
    // A device hands out a number only after all the work that was queued before it.
    try (array;
        NDArray one = array.get("0" + ",0".repeat(array.getShape().dimension() - 1));
        NDArray number = one.toType(DataType.FLOAT32, true)) {
      number.toFloatArray();
    }
  }
}
