package io.espalier.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.session.SparkSessions;
import io.espalier.spark.storage.FarFileSystem;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryCatalogsTest {
  private static final String LAKE = "spark.sql.catalog.lake";
  private static final String ICEBERG = "org.apache.iceberg.spark.SparkCatalog";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"s3", "s3a", "s3n", "gs", "wasb", "wasbs", "oss", "cosn", "obs"})
  void objectStoresThatCopyAreUnsafe(String scheme) {
    assertThat(unsafePlace(Map.of(LAKE + ".warehouse", scheme + "://bucket/wh")))
        .contains(scheme + "://bucket/wh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs://nn/wh", "file:/wh", "/wh", "abfss://c@a.dfs.core.windows.net/wh"})
  void storageThatRenamesIsSafe(String warehouse) {
    assertThat(unsafePlace(Map.of(LAKE + ".warehouse", warehouse))).isEmpty();
  }

  @Test
  void theDefaultFileSystemCountsWhereThePathHasNoScheme() {
    Configuration hadoop = new Configuration(false);
    hadoop.set("fs.defaultFS", "oss:///");
    hadoop.set("fs.oss.impl", FarFileSystem.class.getName());
    Map<String, String> conf =
        Map.of(LAKE, ICEBERG, LAKE + ".type", "hadoop", LAKE + ".warehouse", "/wh");
    assertThat(DirectoryCatalogs.unsafePlace(hadoop, key -> conf.getOrDefault(key, ""), "lake"))
        .isPresent();
  }

  @Test
  void aServiceMayKeepItsTablesThere() {
    String place = "s3a://bucket/wh";
    assertThat(unsafePlace(Map.of(LAKE + ".warehouse", place, LAKE + ".type", "jdbc"))).isEmpty();
    assertThat(unsafePlace(Map.of(LAKE + ".warehouse", place, LAKE, "com.acme.Lake"))).isEmpty();
    String impl = "org.apache.iceberg.hadoop.HadoopCatalog";
    assertThat(
            unsafePlace(
                Map.of(
                    LAKE + ".warehouse", place, LAKE + ".type", "", LAKE + ".catalog-impl", impl)))
        .isPresent();
  }

  @Test
  void aLockThatDriversShareMakesItSafe() {
    String place = "s3a://bucket/wh";
    String shared = "org.apache.iceberg.aws.dynamodb.DynamoDbLockManager";
    String own = "org.apache.iceberg.util.LockManagers$InMemoryLockManager";
    assertThat(unsafePlace(Map.of(LAKE + ".warehouse", place, LAKE + ".lock-impl", shared)))
        .isEmpty();
    assertThat(unsafePlace(Map.of(LAKE + ".warehouse", place, LAKE + ".lock-impl", own)))
        .isPresent();
  }

  @Test
  void theDefaultCatalogIsMadeReadOnlyThere() {
    SparkConf conf =
        SparkSessions.addDefaults(
            new SparkConf(false).set("spark.espalier.warehouse", "s3a://bucket/wh"));
    assertThat(conf.get("spark.sql.catalog.espalier.lock-impl"))
        .isEqualTo(NoCommits.class.getName());
    SparkConf local =
        SparkSessions.addDefaults(new SparkConf(false).set("spark.espalier.warehouse", "/wh"));
    assertThat(local.contains("spark.sql.catalog.espalier.lock-impl")).isFalse();
  }

  @Test
  void aStatementThatCommitsIsRefused() {
    SparkSession spark = lake("file:" + directory);
    spark.conf().set(LAKE + DirectoryCatalogs.LOCK, NoCommits.class.getName());
    spark.conf().set(LAKE + "." + NoCommits.NAME, "lake");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE lake.db.t (a INT)"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot commit: catalog lake is a directory on object storage")
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("--conf spark.sql.catalog.lake.type=jdbc");
    assertThat(spark.sql("SHOW TABLES IN lake.db").isEmpty()).isTrue();
  }

  @Test
  void aTableIsRefusedBeforeAnythingIsOpened() {
    SparkSession spark = lake("s3n://no-such-connector/wh");
    TableRef table = TableRef.of(spark, "lake.db.t");
    assertThatThrownBy(() -> TableChecks.requireWritable(spark, table))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Cannot write to lake.db.t: catalog lake is a directory on object storage"
                + " (s3n://no-such-connector/wh)");
    TableRef files = TableRef.of(spark, directory.resolve("t").toString());
    TableChecks.requireWritable(spark, files);
  }

  private static SparkSession lake(String warehouse) {
    SparkSession spark = TestSpark.session().newSession();
    spark.conf().set(LAKE, ICEBERG);
    spark.conf().set(LAKE + ".type", "hadoop");
    spark.conf().set(LAKE + ".warehouse", warehouse);
    return spark;
  }

  private static Optional<String> unsafePlace(Map<String, String> conf) {
    return DirectoryCatalogs.unsafePlace(
        new Configuration(false),
        key ->
            conf.getOrDefault(
                key, key.equals(LAKE) ? ICEBERG : key.equals(LAKE + ".type") ? "hadoop" : ""),
        "lake");
  }
}
