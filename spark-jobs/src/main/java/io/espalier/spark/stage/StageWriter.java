package io.espalier.spark.stage;

import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Writes the rows of a stage to its table, in one commit per group. */
public final class StageWriter {
  /** The columns that identify a row of every stage's table. */
  public static final List<String> KEY = List.of("run_id", "utt_id");

  /** Keeps the tasks that write a group far below Spark's largest message. */
  private static final int ROWS_PER_WRITER = 500;

  private final SparkSession spark;
  private final TableRef table;
  private final StructType schema;

  /**
   * @param schema of the rows, with {@code attempt}
   */
  public StageWriter(SparkSession spark, TableRef table, StructType schema) {
    this.spark = spark;
    this.table = table;
    this.schema = schema;
  }

  /** Adds rows, in place of the failed ones of earlier attempts. */
  void commit(List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    Dataset<Row> written = local(rows);
    int attempt = schema.fieldIndex("attempt");
    if (rows.stream().anyMatch(row -> row.getInt(attempt) > 1)) {
      Tables.upsert(table, written, KEY);
    } else {
      Tables.append(table, written);
    }
  }

  /** Finds out before the work whether failed rows can be replaced after it. */
  public void requireReplaceable() {
    if (table instanceof TableRef.InCatalog) {
      Tables.upsert(table, local(List.of()), KEY);
    }
  }

  /**
   * Has Spark plan a commit while the first rows are computed: planning the first one of a process
   * takes a second that otherwise everything would wait for.
   */
  Background<Void> rehearse() {
    return Background.start(
        "espalier-rehearsal",
        () -> {
          Tables.planAppend(table, local(List.of()));
          return null;
        });
  }

  private Dataset<Row> local(List<Row> rows) {
    int writers = 1 + rows.size() / ROWS_PER_WRITER;
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, writers), schema);
  }
}
