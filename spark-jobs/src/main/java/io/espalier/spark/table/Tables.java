package io.espalier.spark.table;

import static java.util.stream.Collectors.joining;
import static org.apache.spark.sql.functions.lit;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.TableRef.InCatalog;
import io.espalier.spark.table.TableRef.InFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.FileRewriteCoordinator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Reads and writes tables, in any catalog or as plain Parquet files. */
public final class Tables {
  private Tables() {}

  /** Whether a table of this name, or a file at this path, exists. */
  public static boolean exists(SparkSession spark, TableRef table) {
    if (table instanceof InCatalog inCatalog) {
      return spark.catalog().tableExists(inCatalog.sql());
    }
    Path path = Storage.path(((InFiles) table).path());
    try {
      FileSystem fs = fileSystem(spark, path);
      return fs.exists(path) && !isBare(fs, path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Whether a path is a folder without any finished files. */
  private static boolean isBare(FileSystem fs, Path path) throws IOException {
    return fs.getFileStatus(path).isDirectory()
        && Arrays.stream(fs.listStatus(path))
            .allMatch(status -> TableFiles.isHidden(status.getPath().getName()));
  }

  /**
   * Reads a table.
   *
   * @throws UsageException if there is none
   */
  public static Dataset<Row> read(SparkSession spark, TableRef table) {
    return open(spark, table, Optional.empty()).rows();
  }

  /**
   * Reads a table, and reports its unreadable columns.
   *
   * @param split of a data set in files; absent if it has but one
   * @throws UsageException if there is none
   */
  public static SourceRows open(SparkSession spark, TableRef table, Optional<String> split) {
    if (!exists(spark, table)) {
      throw new UsageException(
          ("Cannot find table: %s. Give an existing path, or one of the tables"
                  + " that SHOW TABLES lists%s")
              .formatted(table, table instanceof InFiles files ? patternHint(files) : ""));
    }
    Locations.requireVisible(spark, table);
    if (table instanceof InCatalog && split.isPresent()) {
      throw new UsageException(
          "Cannot choose split %s: %s is a table of a catalog, which has no splits"
              .formatted(split.get(), table));
    }
    return table instanceof InCatalog inCatalog
        ? SourceRows.of(spark.table(inCatalog.sql()))
        : FileTables.read(spark, (InFiles) table, split);
  }

  /**
   * Ensures that a table has at least these columns: creates the table, or adds missing columns.
   * Comments of the fields become comments of the columns.
   *
   * @throws UsageException if a column is there with another type
   */
  public static void ensure(SparkSession spark, TableRef table, StructType schema) {
    TableChecks.requireWritable(spark, table);
    Locations.requireShared(spark, table);
    boolean exists = exists(spark, table);
    if (!(table instanceof InCatalog inCatalog)) {
      if (exists) {
        TableChecks.requireSameTypes(table, schema, read(spark, table).schema());
      }
      return; // A directory is made by its first file.
    }
    if (!exists) {
      create(spark, inCatalog, schema);
      return;
    }
    StructType present = spark.table(inCatalog.sql()).schema();
    Set<String> names = names(present);
    TableChecks.requireSameTypes(table, schema, present);
    List<StructField> missing =
        Arrays.stream(schema.fields()).filter(field -> !names.contains(field.name())).toList();
    if (!missing.isEmpty()) {
      String columns = missing.stream().map(StructField::toDDL).collect(joining(", "));
      spark.sql("ALTER TABLE %s ADD COLUMNS (%s)".formatted(inCatalog.sql(), columns));
    }
  }

  /**
   * Adds rows, by column name, in one commit if the format has commits. Columns that the rows lack
   * become null.
   *
   * @throws UsageException if the rows have a column that the table lacks
   */
  public static void append(TableRef table, Dataset<Row> rows) {
    SharedPlace.write(
        table,
        rows,
        guarded -> {
          if (table instanceof InFiles files) {
            guarded.write().mode(SaveMode.Append).parquet(files.path());
          } else {
            insert((InCatalog) table, guarded, "");
          }
        });
  }

  /**
   * Writes rows as files of an Iceberg table, which no snapshot has yet.
   *
   * @throws UsageException if the rows have a column that the table lacks
   */
  public static Set<DataFile> stage(InCatalog name, Table table, Dataset<Row> rows) {
    FileRewriteCoordinator written = FileRewriteCoordinator.get();
    String set = UUID.randomUUID().toString();
    SharedPlace.write(
        name, rows, guarded -> StagedWrite.of(name.sql(), table, aligned(name, guarded), set));
    try {
      return written.fetchNewFiles(table, set);
    } finally {
      written.clearRewrite(table, set);
    }
  }

  /** Plans what {@link #append} would do, without doing it. */
  public static void planAppend(TableRef table, Dataset<Row> rows) {
    if (table instanceof InCatalog inCatalog) {
      insert(inCatalog, rows, "EXPLAIN ");
    }
  }

  private static void insert(InCatalog table, Dataset<Row> rows, String prefix) {
    // By position, which every catalog supports: the columns are in the table's order.
    withView(
        aligned(table, rows),
        view -> "%sINSERT INTO %s SELECT * FROM %s".formatted(prefix, table.sql(), view));
  }

  /**
   * Rows with the columns of a table, in its order. Those that the rows lack are null.
   *
   * @throws UsageException if the rows have a column that the table lacks
   */
  public static Dataset<Row> aligned(InCatalog table, Dataset<Row> rows) {
    StructType present = read(rows.sparkSession(), table).schema();
    Set<String> given = names(rows.schema());
    Set<String> surplus = names(rows.schema());
    surplus.removeAll(names(present));
    if (!surplus.isEmpty()) {
      throw new UsageException(
          "Cannot append to table: %s has no columns %s".formatted(table, surplus));
    }
    Column[] columns =
        Arrays.stream(present.fields())
            .map(
                field ->
                    given.contains(field.name())
                        ? rows.col(Quoted.name(field.name()))
                        : lit(null).cast(field.dataType()).as(field.name()))
            .toArray(Column[]::new);
    return rows.select(columns);
  }

  /**
   * Replaces rows with the same key and adds the others: with MERGE in a catalog, with a rewrite
   * and a rename for files.
   *
   * @param key columns that identify a row; unique in {@code rows}
   * @throws UsageException if the table's format has no MERGE
   */
  public static void upsert(TableRef table, Dataset<Row> rows, List<String> key) {
    SharedPlace.write(
        table,
        rows,
        guarded -> {
          if (table instanceof InFiles files) {
            upsertFiles(files, guarded, key);
          } else {
            merge((InCatalog) table, guarded, key);
          }
        });
  }

  private static void merge(InCatalog table, Dataset<Row> rows, List<String> key) {
    String condition =
        key.stream()
            .map(column -> "t.`%1$s` = s.`%1$s`".formatted(column))
            .collect(joining(" AND "));
    String target = table.sql();
    try {
      withView(
          withoutQuery(rows),
          view ->
              ("MERGE INTO %s t USING %s s ON %s WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED"
                      + " THEN INSERT *")
                  .formatted(target, view, condition));
    } catch (UnsupportedOperationException e) {
      throw new UsageException(
          ("Cannot replace rows of %s: its format has no MERGE. Use Iceberg,"
                  + " Delta or a new table")
              .formatted(table));
    }
  }

  /** Replaces a whole table. */
  public static void replace(TableRef table, Dataset<Row> rows) {
    DirectoryCatalogs.requireAtomicCommits(rows.sparkSession(), table);
    Locations.requireShared(rows.sparkSession(), table);
    SharedPlace.write(table, rows, guarded -> replaceAll(table, guarded));
  }

  private static void replaceAll(TableRef table, Dataset<Row> rows) {
    if (table instanceof InCatalog inCatalog) {
      SparkSession spark = rows.sparkSession();
      createNamespace(spark, inCatalog);
      if (catalog(spark, inCatalog).equals("spark_catalog")) {
        rows.write().mode(SaveMode.Overwrite).saveAsTable(inCatalog.sql());
      } else {
        rows.writeTo(inCatalog.sql()).createOrReplace();
      }
    } else {
      rows.write().mode(SaveMode.Overwrite).parquet(((InFiles) table).path());
    }
  }

  static void withView(Dataset<Row> rows, UnaryOperator<String> statement) {
    SparkSession spark = rows.sparkSession();
    String view = "espalier_" + UUID.randomUUID().toString().replace('-', '_');
    rows.createOrReplaceTempView(view);
    try {
      spark.sql(statement.apply(view));
    } finally {
      spark.catalog().dropTempView(view);
    }
  }

  /** Spark 4.1 cannot plan a MERGE from a view whose query reads a table (SPARK-57539). */
  private static Dataset<Row> withoutQuery(Dataset<Row> rows) {
    return rows.sparkSession().createDataFrame(rows.javaRDD(), rows.schema());
  }

  private static Set<String> names(StructType schema) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(Arrays.asList(schema.fieldNames()));
    return names;
  }

  private static void create(SparkSession spark, InCatalog table, StructType schema) {
    createNamespace(spark, table);
    // Without it, Spark's own catalog would create a Hive text table.
    String using = catalog(spark, table).equals("spark_catalog") ? " USING parquet" : "";
    spark.sql(
        "CREATE TABLE IF NOT EXISTS %s (%s)%s%s"
            .formatted(table.sql(), schema.toDDL(), using, Snapshots.properties(spark, table)));
  }

  static String catalog(SparkSession spark, InCatalog table) {
    String first = table.parts().get(0);
    boolean named =
        table.parts().size() > 1
            && spark.sessionState().catalogManager().isCatalogRegistered(first);
    return named ? first : spark.catalog().currentCatalog();
  }

  static void createNamespace(SparkSession spark, InCatalog table) {
    List<String> namespace = table.parts().subList(0, table.parts().size() - 1);
    boolean catalogOnly =
        namespace.size() == 1
            && spark.sessionState().catalogManager().isCatalogRegistered(namespace.get(0));
    if (namespace.isEmpty()) {
      // A catalog service starts without the namespace that its configuration names.
      namespace = List.of(spark.sessionState().catalogManager().currentNamespace());
    }
    if (!namespace.isEmpty() && !catalogOnly) {
      spark.sql("CREATE NAMESPACE IF NOT EXISTS " + new InCatalog(namespace).sql());
    }
  }

  private static void upsertFiles(InFiles files, Dataset<Row> rows, List<String> key) {
    SparkSession spark = rows.sparkSession();
    if (!exists(spark, files)) {
      rows.write().mode(SaveMode.Append).parquet(files.path());
      return;
    }
    Dataset<Row> old = TableChecks.allOf(spark, files);
    Dataset<Row> keys = rows.select(key.stream().map(rows::col).toArray(Column[]::new));
    Dataset<Row> kept = old.join(keys, key.toArray(String[]::new), "left_anti");
    swap(spark, files, kept.unionByName(rows, true));
  }

  /** Replaces files by new ones, which may be computed from the old ones. */
  public static void swap(SparkSession spark, InFiles files, Dataset<Row> rows) {
    FileSwap.swap(spark, files, rows);
  }

  private static String patternHint(InFiles files) {
    return files.path().matches("(?s).*[*?\\[{].*")
        ? ". A path is a name, not a pattern: give the directory to read all of its files"
        : "";
  }

  public static boolean isDirectory(SparkSession spark, InFiles files) {
    Path path = Storage.path(files.path());
    try {
      return fileSystem(spark, path).getFileStatus(path).isDirectory();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  public static FileSystem fileSystem(SparkSession spark, Path path) throws IOException {
    return Storage.open(spark.sessionState().newHadoopConf(), path);
  }
}
