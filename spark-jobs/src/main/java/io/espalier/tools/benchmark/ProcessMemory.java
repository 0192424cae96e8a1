package io.espalier.tools.benchmark;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * What this process has of the machine's memory at one moment, in MiB.
 *
 * @param resident all of it
 * @param heapUsed objects of the heap, dead ones until the next collection included
 * @param heapCommitted what the heap has taken; resident from the start only with {@code
 *     -XX:+AlwaysPreTouch}
 * @param direct direct buffers
 * @param decoders resident memory of the processes that decode audio, which is not part of the rest
 */
record ProcessMemory(
    double resident, double heapUsed, double heapCommitted, double direct, double decoders) {
  private static final double MIB = 1 << 20;
  private static final long SAMPLE_MS = 50;
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Linux tells; elsewhere there is no measurement. */
  static boolean isMeasurable() {
    return Files.exists(STATUS);
  }

  static ProcessMemory now() {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    double decoders =
        ProcessHandle.current()
            .children()
            .map(child -> resident(Path.of("/proc", String.valueOf(child.pid()), "status")))
            .mapToDouble(resident -> resident.orElse(0))
            .sum();
    return new ProcessMemory(
        resident(STATUS).orElse(Double.NaN),
        heap.getUsed() / MIB,
        heap.getCommitted() / MIB,
        direct / MIB,
        decoders);
  }

  /** The most resident memory of this process while some work runs, in MiB. */
  static double peakDuring(Runnable work) {
    Peak peak = new Peak();
    Thread sampler = new Thread(peak, "espalier-peak-memory");
    sampler.setDaemon(true);
    sampler.start();
    try {
      work.run();
    } finally {
      sampler.interrupt();
    }
    return peak.most;
  }

  private static final class Peak implements Runnable {
    private volatile double most;

    @Override
    public void run() {
      try {
        while (true) {
          most = Math.max(most, now().resident());
          Thread.sleep(SAMPLE_MS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // The work is done.
      }
    }
  }

  /** Neither heap nor direct buffers: libtorch, the JVM itself, and what malloc keeps. */
  double natives() {
    return resident - heapCommitted - direct;
  }

  /** Nothing for a process that has just ended. */
  private static OptionalDouble resident(Path status) {
    try {
      return Files.readAllLines(status, StandardCharsets.US_ASCII).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }
}
