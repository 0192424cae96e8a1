package io.espalier.libtorch;

import com.sun.jna.NativeLibrary;
import java.util.Optional;

/** The C library, which has to be new enough for the libtorch of the CUDA build. */
final class Glibc {
  /** Of Ubuntu 22.04, where that libtorch was built. */
  private static final int NEEDED_MINOR = 35;

  private Glibc() {}

  /** Why it is not new enough, with the fix. */
  static Optional<String> problem() {
    String version;
    try {
      version =
          NativeLibrary.getProcess()
              .getFunction("gnu_get_libc_version")
              .invokeString(new Object[0], false);
    } catch (UnsatisfiedLinkError e) {
      version = "none";
    }
    return problem(version);
  }

  /**
   * The same for a version.
   *
   * @param version such as {@code 2.35}
   */
  static Optional<String> problem(String version) {
    String[] parts = version.split("\\.", -1);
    boolean isEnough =
        parts.length > 1
            && parts[0].equals("2")
            && parts[1].matches("[0-9]{1,4}")
            && Integer.parseInt(parts[1]) >= NEEDED_MINOR;
    return isEnough
        ? Optional.empty()
        : Optional.of(
            "libtorch of the CUDA build needs glibc 2.%s, and this machine has %s; use Ubuntu 22.04,"
                    .formatted(NEEDED_MINOR, version)
                + " Debian 12 or later, or name a libtorch of your own in PYTORCH_LIBRARY_PATH");
  }
}
