package io.espalier.spark.table;

import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkTableCache;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/** Writes data files that no snapshot has, as Iceberg's own compaction does in Spark 4.1. */
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
    SparkTableCache tables = SparkTableCache.get();
    tables.add(set, table);
    try {
      rows.write().format("iceberg").mode(SaveMode.Append).save(set);
    } finally {
      tables.remove(set);
    }
  }
}
