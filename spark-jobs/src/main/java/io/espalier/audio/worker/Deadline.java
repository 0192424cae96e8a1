package io.espalier.audio.worker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ends the decoder process when one file takes far too long. The parent does this first; a parent
 * that was killed cannot, and a decoder in an endless loop never sees its input end.
 */
final class Deadline implements Runnable {
  private static final long GRACE_MS = 10_000;
  private static final long CHECK_MS = 1_000;
  private static final long NONE = Long.MAX_VALUE;
  private static final int EXIT = 124;

  private final AtomicLong endMs = new AtomicLong(NONE);

  private Deadline() {}

  static Deadline start() {
    Deadline deadline = new Deadline();
    Thread thread = new Thread(deadline, "decoder-deadline");
    thread.setDaemon(true);
    thread.start();
    return deadline;
  }

  void set(long timeoutMs) {
    endMs.set(nowMs() + timeoutMs + GRACE_MS);
  }

  void clear() {
    endMs.set(NONE);
  }

  @Override
  public void run() {
    try {
      while (nowMs() < endMs.get()) {
        Thread.sleep(CHECK_MS);
      }
    } catch (InterruptedException e) {
      return;
    }
    Runtime.getRuntime().halt(EXIT);
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
