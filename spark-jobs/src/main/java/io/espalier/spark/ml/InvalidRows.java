package io.espalier.spark.ml;

import io.espalier.conf.ConfKey;
import io.espalier.spark.task.RowStatus;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What becomes of rows that fail; the names are those that Spark ML has for it. */
enum InvalidRows {
  KEEP,
  SKIP,
  ERROR;

  /** The choice. */
  static final ConfKey<InvalidRows> KEY =
      ConfKey.choice(
          "handle-invalid",
          KEEP,
          "What to do with rows that fail: keep them with their error_code and error_message, skip"
              + " them, or end the job with an error.");

  /**
   * Whether a row goes on.
   *
   * @param made by a stage
   * @param schema of the row
   * @throws IllegalStateException if it failed and no row may
   */
  boolean passes(Row made, StructType schema) {
    if (this == KEEP || text(made, schema, "status").equals(RowStatus.OK)) {
      return true;
    }
    if (this == ERROR) {
      throw new IllegalStateException(
          "Row %s failed with %s, and handleInvalid is error. %s"
              .formatted(
                  text(made, schema, "utt_id"),
                  text(made, schema, "error_code"),
                  text(made, schema, "error_message")));
    }
    return false;
  }

  private static String text(Row row, StructType schema, String column) {
    return row.getString(schema.fieldIndex(column));
  }
}
