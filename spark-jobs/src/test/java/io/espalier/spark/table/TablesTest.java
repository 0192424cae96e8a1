package io.espalier.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final StructType SCHEMA =
      new StructType()
          .add(
              new StructField("id", DataTypes.StringType, false, Metadata.empty())
                  .withComment("the id"))
          .add(
              "cost",
              new StructType()
                  .add(
                      new StructField("total", DataTypes.DoubleType, true, Metadata.empty())
                          .withComment("it's all")));

  @TempDir Path directory;

  @Test
  void aTableIsMadeWithCommentsInANewNamespace() {
    TableRef table = TableRef.of(SPARK, "espalier.fresh.made");
    Tables.ensure(SPARK, table, SCHEMA);
    Tables.ensure(SPARK, table, SCHEMA);
    StructType made = Tables.read(SPARK, table).schema();
    assertThat(made.apply("id").getComment().get()).isEqualTo("the id");
    StructType cost = (StructType) made.apply("cost").dataType();
    assertThat(cost.apply("total").getComment().get()).isEqualTo("it's all");
  }

  @Test
  void missingColumnsAreAdded() {
    TableRef table = TableRef.of(SPARK, "tables_grow");
    Tables.ensure(SPARK, table, new StructType().add("id", "string"));
    Tables.ensure(SPARK, table, new StructType().add("id", "string").add("note", "string"));
    assertThat(Tables.read(SPARK, table).columns()).containsExactly("id", "note");
  }

  @Test
  void aColumnOfAnotherTypeIsRefused() {
    TableRef table = TableRef.of(SPARK, "tables_types");
    Tables.ensure(SPARK, table, new StructType().add("id", "int"));
    assertThatThrownBy(() -> Tables.ensure(SPARK, table, new StructType().add("id", "string")))
        .hasMessage(
            "Cannot write to table: tables_types has column id of type int, must be string");
  }

  @Test
  void rowsAreAppendedByName() {
    TableRef table = TableRef.of(SPARK, "tables_append");
    Tables.ensure(SPARK, table, new StructType().add("a", "int").add("b", "int"));
    Tables.append(table, SPARK.sql("SELECT 2 AS b, 1 AS a"));
    assertThat(Tables.read(SPARK, table).first().<Integer>getAs("a")).isEqualTo(1);
  }

  @Test
  void planningAnAppendWritesNothing() {
    TableRef table = TableRef.of(SPARK, "tables_planned");
    Tables.ensure(SPARK, table, new StructType().add("id", "int").add("v", "string"));
    Tables.planAppend(table, rows(1, "a"));
    assertThat(Tables.read(SPARK, table).count()).isZero();
    assertThat(SPARK.sql("SELECT * FROM espalier.default.tables_planned.snapshots").count())
        .isZero();
  }

  @Test
  void upsertReplacesRowsWithTheSameKeyInIceberg() {
    TableRef table = TableRef.of(SPARK, "tables_upsert");
    Tables.ensure(SPARK, table, new StructType().add("id", "int").add("v", "string"));
    assertUpserts(table);
  }

  @Test
  void upsertReplacesRowsWithTheSameKeyInFiles() {
    TableRef table = TableRef.of(SPARK, directory.resolve("t").toString());
    assertUpserts(table);
    assertThat(directory.toFile().list()).containsExactly("t");
  }

  @Test
  void upsertIntoATableWithoutMergeIsRefused() {
    TableRef table = TableRef.of(SPARK, "spark_catalog.default.tables_plain");
    Tables.ensure(SPARK, table, new StructType().add("id", "int").add("v", "string"));
    Tables.append(table, rows(1, "a"));
    assertThatThrownBy(() -> Tables.upsert(table, rows(1, "b"), List.of("id")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("its format has no MERGE");
  }

  @Test
  void aTableCanBeReplacedByAnotherShape() {
    TableRef table = TableRef.of(SPARK, "espalier.deep.down.replaced");
    Tables.replace(table, SPARK.sql("SELECT 1 AS a"));
    Tables.replace(table, SPARK.sql("SELECT 'x' AS b"));
    assertThat(Tables.read(SPARK, table).first().getString(0)).isEqualTo("x");
  }

  @Test
  void namesArePathsOrIdentifiers() {
    assertThat(TableRef.of(SPARK, "a.b.`c d`"))
        .isEqualTo(new TableRef.InCatalog(List.of("a", "b", "c d")));
    assertThat(TableRef.of(SPARK, "parquet:out")).isEqualTo(files("out"));
    assertThat(TableRef.of(SPARK, "m.parquet")).isEqualTo(files("m.parquet"));
    assertThat(TableRef.of(SPARK, "./m")).isEqualTo(files("m"));
    assertThatThrownBy(() -> TableRef.of(SPARK, "a b"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'a b' is neither");
  }

  private static void assertUpserts(TableRef table) {
    Tables.append(table, rows(1, "old"));
    Tables.append(table, rows(2, "kept"));
    Tables.upsert(table, rows(1, "new").union(rows(3, "added")), List.of("id"));
    assertThat(Tables.read(SPARK, table).orderBy("id").collectAsList())
        .extracting(row -> row.getAs("v"))
        .containsExactly("new", "kept", "added");
  }

  private static Dataset<Row> rows(int id, String value) {
    return SPARK.sql(String.format(Locale.ROOT, "SELECT %d AS id, '%s' AS v", id, value));
  }

  /** A file of the working directory, by its whole name. */
  private static TableRef.InFiles files(String name) {
    return new TableRef.InFiles("file:" + Path.of(name).toAbsolutePath());
  }
}
