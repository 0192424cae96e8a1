package io.espalier.spark.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.CommitMetadata;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  @Test
  void oldSnapshotsOfRunsGoAndTheLatestStay() {
    String table = table("snapshots_ours");
    append(table, 6, true);
    assertThat(ids(table)).hasSize(6);
    expire(table, Duration.ofHours(1), 2);
    assertThat(ids(table)).as("all are young").hasSize(6);
    expire(table, Duration.ZERO, 2);
    assertThat(ids(table)).as("nothing expires").hasSize(6);
    expire(table, AT_ONCE, 2);
    assertThat(ids(table)).hasSize(2);
    assertThat(SPARK.table(table).count()).isEqualTo(6);
  }

  @Test
  void snapshotsOfOthersStay() {
    String table = table("snapshots_others");
    append(table, 2, false);
    List<Long> others = ids(table);
    append(table, 4, true);
    expire(table, AT_ONCE, 1);
    assertThat(ids(table)).hasSize(3).containsAll(others);
    assertThat(SPARK.table(table).count()).isEqualTo(6);
  }

  @Test
  void tagsAndBranchesStay() {
    String table = table("snapshots_refs");
    append(table, 2, true);
    SPARK.sql("ALTER TABLE " + table + " CREATE TAG audit");
    append(table, 3, true);
    expire(table, AT_ONCE, 1);
    assertThat(ids(table)).hasSize(2);
    assertThat(SPARK.sql("SELECT * FROM " + table + " VERSION AS OF 'audit'").count()).isEqualTo(2);
  }

  @Test
  void aTableWhoseFilesMustStayIsLeftAlone() {
    String table = table("snapshots_kept");
    append(table, 3, true);
    SPARK.sql("ALTER TABLE " + table + " SET TBLPROPERTIES ('gc.enabled' = 'false')");
    expire(table, AT_ONCE, 1);
    assertThat(ids(table)).hasSize(3);
  }

  @Test
  void aReaderOfAnOlderSnapshotReadsToTheEnd() {
    String table = table("snapshots_reader");
    append(table, 3, true);
    JavaRDD<Row> reader = SPARK.table(table).javaRDD();
    assertThat(reader.getNumPartitions()).as("the query is planned").isPositive();
    append(table, 5, true);
    expire(table, Duration.ofMinutes(10), 1);
    Dataset<Row> then = SPARK.sql("SELECT * FROM " + table + " VERSION AS OF " + ids(table).get(2));
    assertThat(then.count()).as("a snapshot within the age").isEqualTo(3);
    expire(table, AT_ONCE, 1);
    // Its plan names data files, which a later snapshot has too.
    assertThat(reader.collect()).hasSize(3);
  }

  @Test
  void metadataFilesOfOldCommitsAreDeleted() {
    String table = table("snapshots_metadata");
    assertThat(SPARK.sql("SHOW TBLPROPERTIES " + table).collectAsList())
        .extracting(row -> row.getString(0) + "=" + row.getString(1))
        .contains(
            "write.metadata.delete-after-commit.enabled=true",
            "write.metadata.previous-versions-max=100");
  }

  @Test
  void aTableOfFilesHasNone() {
    new Snapshots(SPARK, AT_ONCE, 1).expire(new TableRef.InFiles("/nowhere/at/all"));
    SPARK.sql("CREATE TABLE spark_catalog.default.snapshots_foreign (id int) USING parquet");
    TableRef foreign = TableRef.of(SPARK, "spark_catalog.default.snapshots_foreign");
    assertThat(Snapshots.iceberg(SPARK, foreign)).isEmpty();
    new Snapshots(SPARK, AT_ONCE, 1).expire(foreign);
    SPARK.sql("DROP TABLE spark_catalog.default.snapshots_foreign");
  }

  private static String table(String name) {
    Tables.ensure(SPARK, TableRef.of(SPARK, name), new StructType().add("id", "int"));
    return name;
  }

  private static void append(String table, int commits, boolean ours) {
    TableRef ref = TableRef.of(SPARK, table);
    for (int i = 0; i < commits; i++) {
      Dataset<Row> row = SPARK.range(1).selectExpr("cast(id as int) as id");
      if (ours) {
        CommitMetadata.withCommitProperties(
            Map.of(Snapshots.RUN, "run"),
            () -> {
              Tables.append(ref, row);
              return null;
            },
            RuntimeException.class);
      } else {
        Tables.append(ref, row);
      }
    }
  }

  private static void expire(String table, Duration age, int kept) {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    new Snapshots(SPARK, age, kept).expire(TableRef.of(SPARK, table));
  }

  /** By time. */
  private static List<Long> ids(String table) {
    Table found = Snapshots.iceberg(SPARK, TableRef.of(SPARK, table)).orElseThrow();
    found.refresh();
    return StreamSupport.stream(found.snapshots().spliterator(), false)
        .map(snapshot -> snapshot.snapshotId())
        .toList();
  }
}
