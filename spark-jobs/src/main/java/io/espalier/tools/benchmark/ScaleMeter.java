package io.espalier.tools.benchmark;

import io.espalier.spark.task.Lease;
import io.espalier.spark.task.ModelRegistry;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts the rows of a job in this process: how long they take, and what they leave in the heap.
 */
final class ScaleMeter implements AutoCloseable {
  /** Points of the curve. */
  static final int POINTS = 10;

  private static final double MIB = 1 << 20;

  private final long rows;
  private final List<Point> points = new ArrayList<>();
  private long count;

  /**
   * One moment.
   *
   * @param rows until then
   * @param heap live objects in MiB, driver and tasks together
   */
  record Point(long rows, long timeNs, double heap) {}

  private ScaleMeter(long rows) {
    this.rows = rows;
    points.add(new Point(0, System.nanoTime(), heap()));
  }

  /** The meter of a job of so many rows, which lives as long as somebody holds it. */
  static Lease<ScaleMeter> shared(long rows) {
    return ModelRegistry.process().acquire("scale", rows, () -> new ScaleMeter(rows));
  }

  /** Counts a row. */
  synchronized void add() {
    count++;
    if (count * POINTS / rows > (count - 1) * POINTS / rows) {
      points.add(new Point(count, System.nanoTime(), heap()));
    }
  }

  synchronized List<Point> points() {
    return List.copyOf(points);
  }

  private static double heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB;
  }

  @Override
  public void close() {}
}
