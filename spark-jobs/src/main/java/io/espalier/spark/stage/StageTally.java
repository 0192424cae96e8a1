package io.espalier.spark.stage;

import io.espalier.spark.task.RowStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Adds up the rows of a stage, in the task that has computed them. */
final class StageTally {
  private static final String TOTAL = "total";
  private static final String DENSE = "dense";

  private final int status;
  private final int duration;
  private final int cost;
  private final int total;

  /** Negative for a table without such a column. */
  private final int dense;

  private final int warned;
  private final int attempt;

  /**
   * @param schema of the rows
   */
  StageTally(StructType schema) {
    status = schema.fieldIndex("status");
    duration = schema.fieldIndex("duration_s");
    cost = schema.fieldIndex("gflops");
    warned = schema.fieldIndex(WarningCounts.COLUMN);
    attempt = schema.fieldIndex("attempt");
    StructType parts = (StructType) schema.apply(cost).dataType();
    total = parts.fieldIndex(TOTAL);
    dense = Arrays.asList(parts.fieldNames()).indexOf(DENSE);
  }

  /** The sums of rows. */
  StageSums sums(List<Row> rows) {
    long failed = 0;
    double audioS = 0;
    double gflops = 0;
    double denseGflops = 0;
    Map<String, Long> warnings = Map.of();
    for (Row row : rows) {
      warnings = WarningCounts.plus(warnings, row, warned);
      if (row.getString(status).equals(RowStatus.FAILED)) {
        failed++;
      } else {
        Row parts = row.getStruct(cost);
        audioS += row.getDouble(duration);
        gflops += parts.getDouble(total);
        denseGflops += dense < 0 ? 0 : parts.getDouble(dense);
      }
    }
    return new StageSums(rows.size(), failed, audioS, gflops, denseGflops, warnings);
  }

  /** Whether some of the rows replace rows of an earlier attempt. */
  boolean replaces(List<Row> rows) {
    return rows.stream().anyMatch(row -> row.getInt(attempt) > 1);
  }
}
