package io.espalier.audio.decoder;

import io.espalier.audio.AudioLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the kernel lets one decoder process use in its life. The shell sets the limits and then
 * becomes the process.
 *
 * @param memoryBytes address space; most of a JVM's is reserved and never used
 * @param cpuS CPU time, in seconds
 */
record ProcessLimits(long memoryBytes, long cpuS) {
  private static final Path SHELL = Path.of("/bin/sh");

  /**
   * Half a GiB is what the JVM reserves; the rest is for codecs, of which none may ask for more
   * than 256 MiB at once.
   */
  private static final long BASE_BYTES = 1280L << 20;

  private static final long BASE_S = 60;

  /** A decoder process has less than 20 threads. */
  private static final int MOST_THREADS = 64;

  /** Those of a process that decodes files within {@code limits}. */
  static ProcessLimits of(AudioLimits limits) {
    // A process is replaced once its files took timeoutMs together, so it works for less than twice
    // that; its JVM's own threads work beside it.
    return new ProcessLimits(
        BASE_BYTES + limits.maxBytes(), BASE_S + 4 * ((limits.timeoutMs() + 999) / 1000));
  }

  /** Whether this machine has the means to set them. */
  static boolean areAvailable() {
    return Files.isExecutable(SHELL);
  }

  /**
   * The beginning of a command line; the program to limit follows. Empty where there is no shell.
   *
   * @param enclosed whether the process has a user namespace, and no file to write to
   */
  List<String> prefix(boolean enclosed) {
    if (!areAvailable()) {
      return List.of();
    }
    List<String> script = new ArrayList<>();
    script.add("ulimit -c 0");
    script.add("ulimit -t " + cpuS);
    if (isLinux()) {
      script.add("ulimit -v " + (memoryBytes >> 10));
    }
    if (enclosed) {
      script.add("ulimit -f 0");
      if (countsByNamespace(System.getProperty("os.version"))) {
        // Two shells, two letters.
        script.add(
            String.format(
                Locale.ROOT, "{ ulimit -u %1$d || ulimit -p %1$d; } 2>/dev/null", MOST_THREADS));
      }
    }
    script.add("exec \"$@\"");
    return List.of(SHELL.toString(), "-c", String.join("; ", script), "sh");
  }

  /** Such as {@code at most 1792 MiB of memory and 1260 s of CPU time}. */
  String text() {
    if (!areAvailable()) {
      return "no limits of memory and CPU time, because there is no " + SHELL;
    }
    String memory = isLinux() ? (memoryBytes >> 20) + " MiB of memory and " : "";
    return String.format(Locale.ROOT, "at most %s%d s of CPU time", memory, cpuS);
  }

  /** Whether a version of Linux counts threads in each user namespace: from 5.14 on. */
  static boolean countsByNamespace(String version) {
    String[] numbers = version.split("[^0-9]+", 3);
    if (numbers.length < 2 || numbers[0].isEmpty() || numbers[1].isEmpty()) {
      return false;
    }
    int major = Integer.parseInt(numbers[0]);
    return major > 5 || (major == 5 && Integer.parseInt(numbers[1]) >= 14);
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }
}
