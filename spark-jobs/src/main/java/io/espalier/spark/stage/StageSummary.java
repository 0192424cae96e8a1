package io.espalier.spark.stage;

import java.util.Locale;
import java.util.Map;

/**
 * The result of a job, counted from the rows that it wrote.
 *
 * @param done what the job did with a row that is ok, as a participle
 * @param manifestRows number of rows of the manifest
 * @param sums sums of the rows that it computed and wrote; the other rows already existed
 * @param wallS wall time in seconds
 * @param maxFailedFraction the error budget
 */
public record StageSummary(
    String runId,
    String fingerprint,
    String table,
    String done,
    long manifestRows,
    StageSums sums,
    double wallS,
    double maxFailedFraction) {
  /** Rows that were computed and written. */
  public long written() {
    return sums.written();
  }

  /** Those of them that failed. */
  public long failed() {
    return sums.failed();
  }

  /** Seconds of audio of those that did not. */
  public double audioS() {
    return sums.audioS();
  }

  /** Spent on them. */
  public double gflops() {
    return sums.gflops();
  }

  /** Their cost with all gates open; 0 for a stage without gates. */
  public double denseGflops() {
    return sums.denseGflops();
  }

  /** The number of written rows with each warning. */
  public Map<String, Long> warnings() {
    return sums.warnings();
  }

  /** Whether more rows failed than the budget allows. */
  public boolean overBudget() {
    return failed() > maxFailedFraction * manifestRows;
  }

  /** The summary as a few lines of text. */
  public String report() {
    return counts() + cost() + WarningCounts.line(warnings()) + budget();
  }

  private String counts() {
    String counts =
        String.format(
            Locale.ROOT,
            "Wrote %d rows of %d to %s, run %s: %d %s, %d failed",
            written(),
            manifestRows,
            table,
            runId,
            written() - failed(),
            done,
            failed());
    return written() < manifestRows
        ? counts + String.format(Locale.ROOT, "; %d were already there", manifestRows - written())
        : counts;
  }

  private String cost() {
    if (written() == failed()) {
      return "";
    }
    String cost =
        String.format(
            Locale.ROOT,
            "%n%.1f s of audio in %.1f s (RTFx %.1f), %.1f GFLOPs spent",
            audioS(),
            wallS,
            audioS() / wallS,
            gflops());
    return denseGflops() > 0
        ? cost
            + String.format(
                Locale.ROOT, ", %.1f %% less than dense", 100 * (1 - gflops() / denseGflops()))
        : cost;
  }

  private String budget() {
    return overBudget()
        ? String.format(
            Locale.ROOT,
            "%nOver the error budget: %d of %d rows failed, limit is %.1f %%",
            failed(),
            manifestRows,
            100 * maxFailedFraction)
        : "";
  }
}
