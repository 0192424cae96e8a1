package io.espalier.nn;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Locale;

/** Tells a device that is full from everything else that can go wrong. */
public final class DeviceMemory {
  private DeviceMemory() {}

  /** Whether a computation failed for want of memory, which libtorch says in words only. */
  public static boolean isExhausted(Throwable error) {
    if (error instanceof OutOfMemoryError) {
      return true;
    }
    String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("out of memory")
        || message.contains("can't allocate memory")
        || message.contains("bad_alloc");
  }

  /**
   * Gives memory back that libtorch, or the C library under it, keeps of arrays that are closed. A
   * large array may not fit beside what smaller ones have left.
   */
  public static void release(Device device) {
    if (device.isGpu()) {
      JniUtils.emptyCudaCache();
    } else {
      NativeHeap.trim();
    }
  }
}
