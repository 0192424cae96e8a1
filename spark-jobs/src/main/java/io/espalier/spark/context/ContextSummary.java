package io.espalier.spark.context;

import io.espalier.spark.cluster.SpeakerClusters;
import io.espalier.spark.stage.WarningCounts;
import io.espalier.spark.transcribe.TranscriptSchema;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What a {@code context} job did.
 *
 * @param manifestRows rows of the manifest
 * @param tally of the rows that were written
 * @param clusters absent if speakers were not clustered
 */
public record ContextSummary(
    String runId,
    String fingerprint,
    String table,
    long manifestRows,
    Tally tally,
    Optional<SpeakerClusters.Result> clusters,
    double wallS,
    double maxFailedFraction) {

  /** Counts committed rows. */
  public record Tally(
      long written, long failed, double audioS, double gflops, Map<String, Long> warnings) {
    static final Tally NONE = new Tally(0, 0, 0, 0, Map.of());

    /** The same with the rows of one group. */
    Tally with(List<Row> rows) {
      StructType schema = ContextSchema.COLUMNS;
      long failures = failed;
      double seconds = audioS;
      double cost = gflops;
      Map<String, Long> warned = warnings;
      for (Row row : rows) {
        warned = WarningCounts.plus(warned, row, schema.fieldIndex(WarningCounts.COLUMN));
        if (row.getString(schema.fieldIndex("status")).equals(TranscriptSchema.FAILED)) {
          failures++;
        } else {
          seconds += row.getDouble(schema.fieldIndex("duration_s"));
          Row parts = row.getStruct(schema.fieldIndex("gflops"));
          cost += parts.getDouble(parts.length() - 1);
        }
      }
      return new Tally(written + rows.size(), failures, seconds, cost, warned);
    }
  }

  /** Rows that were written. */
  public long written() {
    return tally.written();
  }

  /** Those of them that failed. */
  public long failed() {
    return tally.failed();
  }

  /** Whether more rows failed than the budget allows. */
  public boolean overBudget() {
    return failed() > maxFailedFraction * manifestRows;
  }

  /** A few lines for people. */
  public String report() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Wrote %d rows of %d to %s, run %s: %d with contexts, %d failed",
            written(),
            manifestRows,
            table,
            runId,
            written() - failed(),
            failed()));
    if (written() < manifestRows) {
      text.append(String.format(Locale.ROOT, "; %d were there already", manifestRows - written()));
    }
    if (written() > failed()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%.1f s of audio in %.1f s (RTFx %.1f), %.1f GFLOPs spent",
              tally.audioS(),
              wallS,
              tally.audioS() / wallS,
              tally.gflops()));
    }
    text.append(WarningCounts.line(tally.warnings()));
    clusters.ifPresent(result -> text.append(System.lineSeparator()).append(result.text()));
    if (overBudget()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nOver the error budget: %d of %d rows failed, at most %.1f %% may",
              failed(),
              manifestRows,
              100 * maxFailedFraction));
    }
    return text.toString();
  }
}
