package io.espalier.spark.table;

import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkWriteOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/** Writes data files that no snapshot has, as Iceberg's own compaction does in Spark 3.5. */
final class StagedWrite {
  private StagedWrite() {}

  /**
   * Writes rows.
   *
   * @param name of the table in SQL
   * @param rows with its columns
   * @param set under which Iceberg's coordinator of rewrites then has the files
   */
  static void of(String name, Table table, Dataset<Row> rows, String set) {
    try {
      rows.writeTo(name).option(SparkWriteOptions.REWRITTEN_FILE_SCAN_TASK_SET_ID, set).append();
    } catch (NoSuchTableException e) {
      throw new IllegalStateException("Cannot find table: " + name, e);
    }
  }
}
