package io.espalier.nn;

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
}
