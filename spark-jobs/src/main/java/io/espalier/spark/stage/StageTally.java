package io.espalier.spark.stage;

import io.espalier.spark.task.RowStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Adds up the rows that a stage has committed. */
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
  private StageSums sums = StageSums.NONE;

  /**
   * @param schema of the rows
   */
  StageTally(StructType schema) {
    status = schema.fieldIndex("status");
    duration = schema.fieldIndex("duration_s");
    cost = schema.fieldIndex("gflops");
    warned = schema.fieldIndex(WarningCounts.COLUMN);
    StructType parts = (StructType) schema.apply(cost).dataType();
    total = parts.fieldIndex(TOTAL);
    dense = Arrays.asList(parts.fieldNames()).indexOf(DENSE);
  }

  /** Adds the rows of one group. */
  void add(List<Row> rows) {
    long failed = sums.failed();
    double audioS = sums.audioS();
    double gflops = sums.gflops();
    double denseGflops = sums.denseGflops();
    Map<String, Long> warnings = sums.warnings();
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
    sums =
        new StageSums(sums.written() + rows.size(), failed, audioS, gflops, denseGflops, warnings);
  }

  long written() {
    return sums.written();
  }

  StageSums sums() {
    return sums;
  }
}
