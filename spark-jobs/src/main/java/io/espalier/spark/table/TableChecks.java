package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.TableRef.InCatalog;
import io.espalier.spark.table.TableRef.InFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Checks a table before rows are written to it. */
public final class TableChecks {
  private TableChecks() {}

  /**
   * Refuses a view, a path that cannot be a table of files, and a catalog without atomic commits.
   */
  public static void requireWritable(SparkSession spark, TableRef table) {
    DirectoryCatalogs.requireAtomicCommits(spark, table);
    if (table instanceof InFiles files) {
      requireFolder(spark, files);
      return;
    }
    InCatalog inCatalog = (InCatalog) table;
    if (Tables.exists(spark, table) && isView(spark, inCatalog)) {
      throw new UsageException(
          "Cannot write to table: %s is a view. Give a table".formatted(table));
    }
  }

  private static void requireFolder(SparkSession spark, InFiles files) {
    if (files.format() != FileFormat.PARQUET) {
      throw new UsageException(
          ("Cannot write to table: %s is named as %s, but files are written as"
                  + " Parquet. Omit the extension")
              .formatted(files, files.format().label()));
    }
    if (Tables.exists(spark, files) && !Tables.isDirectory(spark, files)) {
      throw new UsageException(
          "Cannot write to table: %s is a file. Give a table or a new folder".formatted(files));
    }
  }

  private static boolean isView(SparkSession spark, InCatalog table) {
    try {
      String type = spark.catalog().getTable(table.sql()).tableType();
      return "VIEW".equals(type) || "TEMPORARY".equals(type);
    } catch (AnalysisException e) {
      throw new UsageException(
          "Cannot write to table: %s (%s)".formatted(table, e.getSimpleMessage()));
    }
  }

  /** Refuses columns whose types differ from those to write. */
  static void requireSameTypes(TableRef table, StructType wanted, StructType present) {
    List<String> mistakes = new ArrayList<>();
    for (StructField there : present.fields()) {
      String type = there.dataType().asNullable().catalogString();
      Arrays.stream(wanted.fields())
          .filter(field -> field.name().equalsIgnoreCase(there.name()))
          .map(field -> field.dataType().asNullable().catalogString())
          .filter(other -> !other.equals(type))
          .forEach(
              other ->
                  mistakes.add(
                      "Cannot write to table: %s has column %s of type %s, must be %s"
                          .formatted(
                              table, there.name(), there.dataType().catalogString(), other)));
    }
    if (!mistakes.isEmpty()) {
      throw new UsageException(mistakes);
    }
  }

  /** Refuses a table that lacks columns. */
  static void requireColumns(TableRef table, List<String> names, StructType present) {
    List<String> there = List.of(present.fieldNames());
    List<String> missing =
        names.stream().filter(name -> there.stream().noneMatch(name::equalsIgnoreCase)).toList();
    if (!missing.isEmpty()) {
      throw new UsageException(
          "Cannot write to table: %s has no columns %s. Give a new table"
              .formatted(table, missing));
    }
  }

  /** All rows of files that are about to be replaced. */
  static Dataset<Row> allOf(SparkSession spark, InFiles files) {
    SourceRows all = Tables.open(spark, files, Optional.empty());
    if (!all.leftOut().isEmpty()) {
      throw new UsageException(
          "Cannot write to table: %s would lose columns that cannot be read: %s"
              .formatted(files, all.leftOut()));
    }
    return all.rows();
  }
}
