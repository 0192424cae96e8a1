package io.espalier.spark.transcribe;

import io.espalier.spark.stage.WarningCounts;
import java.util.Locale;
import java.util.Map;

/**
 * What a job did, counted from the rows that it wrote.
 *
 * @param manifestRows rows that the job was about
 * @param written rows that it computed and wrote; the others were there already
 * @param failed how many of the written rows are failed ones
 * @param audioS seconds of audio transcribed
 * @param gflops spent
 * @param denseGflops what the same would have cost with all gates open
 * @param wallS wall time in seconds
 * @param warnings how many of the written rows carry which
 * @param maxFailedFraction the error budget
 */
public record TranscribeSummary(
    String runId,
    String fingerprint,
    String table,
    long manifestRows,
    long written,
    long failed,
    double audioS,
    double gflops,
    double denseGflops,
    double wallS,
    Map<String, Long> warnings,
    double maxFailedFraction) {
  /** Whether more rows failed than the budget allows. */
  public boolean overBudget() {
    return failed > maxFailedFraction * manifestRows;
  }

  /** A few lines for people. */
  public String report() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Wrote %d rows of %d to %s, run %s: %d transcribed, %d failed",
            written,
            manifestRows,
            table,
            runId,
            written - failed,
            failed));
    if (written < manifestRows) {
      text.append(String.format(Locale.ROOT, "; %d were there already", manifestRows - written));
    }
    if (written > failed) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%.1f s of audio in %.1f s (RTFx %.1f), %.1f GFLOPs spent, %.1f %% less than dense",
              audioS,
              wallS,
              audioS / wallS,
              gflops,
              denseGflops > 0 ? 100 * (1 - gflops / denseGflops) : 0));
    }
    text.append(WarningCounts.line(warnings));
    if (overBudget()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nOver the error budget: %d of %d rows failed, at most %.1f %% may",
              failed,
              manifestRows,
              100 * maxFailedFraction));
    }
    return text.toString();
  }
}
