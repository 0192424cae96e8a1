package io.espalier.spark.table;

import static java.util.stream.Collectors.joining;
import static org.apache.spark.sql.functions.lit;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.TableRef.InCatalog;
import io.espalier.spark.table.TableRef.InFiles;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A table that is written by whole partitions: a second write of the same run replaces the first,
 * in one commit if the format has commits, and does not change other runs.
 *
 * @param partition columns whose values together name a partition
 */
public record PartitionedTable(TableRef table, List<String> partition) {
  private static final String MODE = "spark.sql.sources.partitionOverwriteMode";

  /**
   * Replaces the partitions of the rows.
   *
   * @throws UsageException if the table is there with other types or other partitions
   */
  public void overwrite(Dataset<Row> rows) {
    SparkSession spark = rows.sparkSession();
    TableChecks.requireWritable(spark, table);
    Locations.requireShared(spark, table);
    SharedPlace.write(table, rows, guarded -> replace(spark, guarded));
  }

  private void replace(SparkSession spark, Dataset<Row> rows) {
    if (table instanceof InFiles files) {
      overwriteFiles(spark, files, rows);
      return;
    }
    InCatalog inCatalog = (InCatalog) table;
    if (Tables.exists(spark, table)) {
      requirePartitions(spark, inCatalog);
      Tables.ensure(spark, table, rows.schema());
    } else {
      create(spark, inCatalog, rows.schema());
    }
    insert(spark, inCatalog, rows);
  }

  private void overwriteFiles(SparkSession spark, InFiles files, Dataset<Row> rows) {
    if (!Tables.exists(spark, files)) {
      rows.write().parquet(files.path());
      return;
    }
    String[] key = partition.toArray(String[]::new);
    Dataset<Row> replaced = rows.select(columns(rows, partition)).distinct();
    Dataset<Row> old = TableChecks.allOf(spark, files);
    TableChecks.requireSameTypes(files, rows.schema(), old.schema());
    TableChecks.requireColumns(files, partition, old.schema());
    Dataset<Row> kept = old.join(replaced, key, "left_anti");
    Tables.swap(spark, files, kept.unionByName(rows, true));
  }

  private void create(SparkSession spark, InCatalog inCatalog, StructType schema) {
    Tables.createNamespace(spark, inCatalog);
    String using = Tables.catalog(spark, inCatalog).equals("spark_catalog") ? " USING parquet" : "";
    spark.sql(
        "CREATE TABLE IF NOT EXISTS %s (%s)%s PARTITIONED BY (%s)"
            .formatted(
                inCatalog.sql(),
                schema.toDDL(),
                using,
                partition.stream().map(Quoted::name).collect(joining(", "))));
  }

  /** Checks the partitioning: a dynamic overwrite would empty a table without partitions. */
  private void requirePartitions(SparkSession spark, InCatalog inCatalog) {
    Set<String> present = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    try {
      spark.catalog().listColumns(inCatalog.sql()).collectAsList().stream()
          .filter(column -> column.isPartition())
          .forEach(column -> present.add(column.name()));
    } catch (AnalysisException e) {
      throw new UsageException(e.getMessage());
    }
    if (!present.equals(Set.copyOf(partition))) {
      throw new UsageException(
          "Cannot write to table: %s is partitioned by %s, must be %s. Give a new table"
              .formatted(table, present, partition));
    }
  }

  private void insert(SparkSession spark, InCatalog inCatalog, Dataset<Row> rows) {
    Set<String> given = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    given.addAll(Arrays.asList(rows.columns()));
    Column[] columns =
        Arrays.stream(Tables.read(spark, table).schema().fields())
            .map(
                field ->
                    given.contains(field.name())
                        ? rows.col(Quoted.name(field.name()))
                        : lit(null).cast(field.dataType()).as(field.name()))
            .toArray(Column[]::new);
    String before = spark.conf().get(MODE);
    spark.conf().set(MODE, "dynamic");
    try {
      Tables.withView(
          rows.select(columns),
          view -> "INSERT OVERWRITE %s SELECT * FROM %s".formatted(inCatalog.sql(), view));
    } finally {
      spark.conf().set(MODE, before);
    }
  }

  private static Column[] columns(Dataset<Row> rows, List<String> names) {
    return names.stream().map(rows::col).toArray(Column[]::new);
  }
}
