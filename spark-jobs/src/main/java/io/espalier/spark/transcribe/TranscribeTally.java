package io.espalier.spark.transcribe;

import io.espalier.spark.stage.WarningCounts;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Counts committed rows. */
final class TranscribeTally {
  private final int status;
  private final int duration;
  private final int cost;
  private final int total;
  private final int dense;
  private final int warned;

  private long written;
  private long failed;
  private double audioS;
  private double gflops;
  private double denseGflops;
  private Map<String, Long> warnings = Map.of();

  /**
   * @param schema of the rows
   */
  TranscribeTally(StructType schema) {
    warned = schema.fieldIndex(WarningCounts.COLUMN);
    status = schema.fieldIndex("status");
    duration = schema.fieldIndex("duration_s");
    cost = schema.fieldIndex("gflops");
    StructType parts = (StructType) schema.apply(cost).dataType();
    total = parts.fieldIndex("total");
    dense = parts.fieldIndex("dense");
  }

  /** Adds the rows of one group. */
  void add(List<Row> rows) {
    written += rows.size();
    for (Row row : rows) {
      warnings = WarningCounts.plus(warnings, row, warned);
      if (row.getString(status).equals(TranscriptSchema.FAILED)) {
        failed++;
      } else {
        audioS += row.getDouble(duration);
        gflops += row.getStruct(cost).getDouble(total);
        denseGflops += row.getStruct(cost).getDouble(dense);
      }
    }
  }

  long written() {
    return written;
  }

  TranscribeSummary summary(
      String runId,
      String fingerprint,
      TranscribeOptions options,
      long manifestRows,
      double wallS) {
    return new TranscribeSummary(
        runId,
        fingerprint,
        options.table(),
        manifestRows,
        written,
        failed,
        audioS,
        gflops,
        denseGflops,
        wallS,
        warnings,
        options.maxFailedFraction());
  }
}
