package io.espalier.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
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
