package io.espalier.libtorch;

import java.util.Locale;

/**
 * A GPU as the driver describes it.
 *
 * @param name as NVIDIA sells it
 * @param major of its compute capability
 * @param minor of its compute capability
 * @param bytes of its memory
 */
public record Gpu(String name, int major, int minor, long bytes) {
  /** The libtorch of the CUDA build has machine code from Maxwell to Hopper, and no PTX. */
  private static final int OLDEST = 5;

  private static final int NEWEST = 9;

  /** Whether the libtorch of the CUDA build has machine code for it. */
  boolean isSupported() {
    return major >= OLDEST && major <= NEWEST;
  }

  /** Why the CUDA build cannot use it, with the fix. */
  String unsupported() {
    return String.format(
        Locale.ROOT,
        "%s has compute capability %d.%d, and libtorch of the CUDA build has code for %d.0 to %d.0"
            + " only (Maxwell to Hopper, not Blackwell); use such a GPU, or name a libtorch of your"
            + " own in PYTORCH_LIBRARY_PATH",
        name,
        major,
        minor,
        OLDEST,
        NEWEST);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s, %d GiB, compute capability %d.%d", name, bytes >> 30, major, minor);
  }
}
