package io.espalier.spark.stage;

import io.espalier.spark.task.TaskCounters;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The progress on the console: one line that is updated in place on a terminal; otherwise, new
 * lines at intervals.
 */
public final class StageProgress {
  private static final Duration ON_TERMINAL = Duration.ofSeconds(1);
  private static final Duration IN_LOGS = Duration.ofSeconds(30);

  private final PrintWriter out;
  private final boolean terminal;
  private final Duration every;

  /**
   * @param terminal whether a carriage return goes back to the start of the line
   */
  public StageProgress(PrintWriter out, boolean terminal, Duration every) {
    this.out = out;
    this.terminal = terminal;
    this.every = every;
  }

  /** On the console if there is one, else in lines of a log. */
  @SuppressWarnings("SystemConsoleNull") // In Java 17 and 21, null means no terminal.
  public static StageProgress on(PrintWriter out) {
    boolean terminal = System.console() != null;
    return new StageProgress(out, terminal, terminal ? ON_TERMINAL : IN_LOGS);
  }

  /**
   * The state of the job at one moment.
   *
   * @param done rows of {@code total}, the failed ones included
   */
  public record Snapshot(
      long done, long committed, long total, long failed, double audioHours, double elapsedS) {
    /** Such as {@code 40 % 48 of 120 2.0/s RTFx 11.5 1 failed 36 s left}. */
    public String text() {
      double perS = elapsedS > 0 ? done / elapsedS : 0;
      String left = perS > 0 ? span((total - done) / perS) + " left" : "starting";
      return String.format(
          Locale.ROOT,
          "%3d %%  %d of %d (%d committed)  %.1f/s  RTFx %.1f  %d failed  %s",
          total == 0 ? 100 : 100 * done / total,
          done,
          total,
          committed,
          perS,
          elapsedS > 0 ? audioHours * 3600 / elapsedS : 0,
          failed,
          left);
    }

    private static String span(double seconds) {
      long s = (long) Math.ceil(seconds);
      if (s < 100) {
        return s + " s";
      }
      return s < 6000
          ? String.format(Locale.ROOT, "%d min %02d s", s / 60, s % 60)
          : String.format(Locale.ROOT, "%d h %02d min", s / 3600, s / 60 % 60);
    }
  }

  /** A running display. */
  public final class Display implements AutoCloseable {
    private final TaskUpdates updates;
    private final SparkContext spark;
    private final long total;
    private final long startNs = System.nanoTime();
    private volatile long committed;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::showRegularly, "espalier-progress");

    private Display(SparkContext spark, TaskCounters counters, long total) {
      this.spark = spark;
      this.total = total;
      updates = new TaskUpdates(counters);
      spark.addSparkListener(updates);
      thread.setDaemon(true);
      thread.start();
    }

    /** Tells how many rows are in the table for good. */
    public void committed(long rows) {
      committed = rows;
    }

    private void showRegularly() {
      try {
        while (!ended.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
          show();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private synchronized void show() {
      TaskUpdates.Sums sums = updates.sums();
      Snapshot snapshot =
          new Snapshot(
              Math.max(committed, Math.min(total, sums.utterances())),
              committed,
              total,
              sums.failures(),
              sums.audioHours(),
              (System.nanoTime() - startNs) / 1e9);
      // Blanks wipe the rest of a longer line.
      out.print(terminal ? "\r" + snapshot.text() + "    " : snapshot.text() + "\n");
      out.flush();
    }

    /** Shows what came of it, and ends the line. */
    @Override
    public void close() {
      ended.countDown();
      spark.removeSparkListener(updates);
      show();
      if (terminal) {
        out.println();
      }
    }
  }

  /** Says something on a line of its own. */
  public void note(String text) {
    out.println(text);
    out.flush();
  }

  /** Shows progress until it is closed. */
  public Display start(SparkSession session, TaskCounters counters, long total) {
    return new Display(session.sparkContext(), counters, total);
  }
}
