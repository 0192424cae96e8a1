package io.espalier.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Signals to processes, which Java has no words for. */
public final class Deaths {
  private static final long LONG_NS = 60_000_000_000L;

  private Deaths() {}

  /** Ends this process as the kernel ends one: without a last word. */
  public static void kill() {
    signal("KILL", ProcessHandle.current().pid());
    LockSupport.parkNanos(LONG_NS);
  }

  /** Ends this process as an invalid access in native code does. */
  public static void crash() {
    signal("SEGV", ProcessHandle.current().pid());
    LockSupport.parkNanos(LONG_NS);
  }

  /** Processes below this one whose command names this class. */
  public static List<Long> processes(Process root, String main) {
    return root.descendants()
        .map(ProcessHandle::pid)
        .filter(process -> command(process).contains(main))
        .sorted()
        .toList();
  }

  /** The whole command line, which {@link ProcessHandle} cuts off. */
  private static String command(long process) {
    try {
      return Files.readString(
          Path.of("/proc", String.valueOf(process), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // It has just gone.
    }
  }

  /** Sends a signal; nothing happens if the process is gone. */
  public static void signal(String name, long process) {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
