package io.espalier.spark.table.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.spark.table.Snapshots;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.table.commit.FaultyCatalog.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A table of runs in a {@link FaultyCatalog}. */
final class FaultyTable {
  private static final SparkSession SPARK = TestSpark.session();
  private static final StructType SCHEMA =
      new StructType()
          .add("utt_id", "string")
          .add("run_id", "string")
          .add("attempt", "int")
          .add("gflops", new StructType().add("total", "double").add("dense", "double"));
  private static final AtomicInteger TABLES = new AtomicInteger();

  private final String catalog;
  private final String table = "t" + TABLES.incrementAndGet();

  /**
   * @param catalog that was {@linkplain #register registered}
   */
  FaultyTable(String catalog) {
    this.catalog = catalog;
  }

  /**
   * Makes a catalog.
   *
   * @param catalog its name, which no other class of tests uses: a session keeps its catalogs
   */
  static void register(String catalog, Path warehouse) {
    FaultyCatalog.register(SPARK, catalog, warehouse);
  }

  /** With its catalog. */
  String name() {
    return catalog + ".db." + table;
  }

  void ensure() {
    Tables.ensure(SPARK, ref(), SCHEMA);
  }

  /** A driver of the run {@code run}. */
  RunTable run() {
    return run("run");
  }

  RunTable run(String run) {
    return RunTable.of(SPARK, ref(), run);
  }

  /** The first driver of the run {@code run} of a new table. */
  RunTable claimed() {
    ensure();
    RunTable run = run();
    assertThat(run.claim()).as("nothing is there yet").isEmpty();
    return run;
  }

  /** Plans the faults of the next commits. */
  void plan(Fault... faults) {
    FaultyCatalog.plan(table, faults);
  }

  /** Whether all of them have happened. */
  boolean done() {
    return FaultyCatalog.isDone(table);
  }

  Table iceberg() {
    return Snapshots.iceberg(SPARK, ref()).orElseThrow();
  }

  private TableRef ref() {
    return TableRef.of(SPARK, name());
  }

  static Dataset<Row> rows(int attempt, String... ids) {
    return rows("run", attempt, ids);
  }

  /** In another order of columns than the table's. */
  static Dataset<Row> rows(String run, int attempt, String... ids) {
    List<Row> rows = Arrays.stream(ids).map(id -> RowFactory.create(attempt, id, run)).toList();
    return SPARK.createDataFrame(
        rows,
        new StructType().add("attempt", "int").add("utt_id", "string").add("run_id", "string"));
  }

  List<String> ids() {
    return strings(SPARK.table(name()).select("utt_id"));
  }

  List<String> attempts() {
    return strings(SPARK.table(name()).selectExpr("concat(utt_id, attempt)"));
  }

  /** The only column, sorted. */
  static List<String> strings(Dataset<Row> rows) {
    List<String> strings = new ArrayList<>();
    rows.collectAsList().forEach(row -> strings.add(row.getString(0)));
    Collections.sort(strings);
    return strings;
  }

  int dataFiles(Path warehouse) {
    String[] files =
        warehouse
            .resolve("db")
            .resolve(table)
            .resolve("data")
            .toFile()
            .list((d, n) -> n.endsWith(".parquet"));
    return files == null ? 0 : files.length;
  }
}
