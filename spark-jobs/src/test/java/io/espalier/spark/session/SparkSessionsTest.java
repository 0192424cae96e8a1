package io.espalier.spark.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.spark.TestSpark;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkSessionsTest {
  @Test
  void defaultsAreAsDocumented() {
    assertThat(SparkSessions.WAREHOUSE.defaultValue()).isEqualTo(Optional.empty());
    SparkConf conf = SparkSessions.addDefaults(new SparkConf(false));
    assertThat(conf.get("spark.master")).isEqualTo("local[*]");
    assertThat(conf.get("spark.sql.session.timeZone")).isEqualTo("UTC");
    assertThat(conf.get("spark.sql.defaultCatalog")).isEqualTo("espalier");
    assertThat(conf.get("spark.sql.catalog.espalier.type")).isEqualTo("hadoop");
    assertThat(conf.get("spark.sql.catalog.espalier.warehouse"))
        .isEqualTo("file:" + System.getProperty("user.home") + "/.espalier/warehouse");
  }

  @Test
  void whatTheUserSetStaysAsSet() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.sql.defaultCatalog", "lake")
            .set("spark.sql.catalog.espalier.warehouse", "s3a://bucket/warehouse")
            .set("spark.sql.session.timeZone", "Europe/Rome");
    SparkSessions.addDefaults(conf);
    assertThat(conf.get("spark.sql.defaultCatalog")).isEqualTo("lake");
    assertThat(conf.get("spark.sql.catalog.espalier.warehouse"))
        .isEqualTo("s3a://bucket/warehouse");
    assertThat(conf.get("spark.sql.session.timeZone")).isEqualTo("Europe/Rome");
  }

  @Test
  void aCatalogOfTheUserUnderOurNameIsLeftAlone() {
    SparkConf conf = new SparkConf(false).set("spark.sql.catalog.espalier", "com.acme.Catalog");
    SparkSessions.addDefaults(conf);
    assertThat(conf.contains("spark.sql.catalog.espalier.type")).isFalse();
  }

  @Test
  void theTypeOfTheCatalogIsEnoughToNameAnother() {
    SparkConf rest =
        SparkSessions.addDefaults(
            new SparkConf(false).set("spark.sql.catalog.espalier.type", "rest"));
    assertThat(rest.get("spark.sql.catalog.espalier"))
        .isEqualTo("org.apache.iceberg.spark.SparkCatalog");
    assertThat(rest.get("spark.sql.catalog.espalier.default-namespace")).isEqualTo("default");
    assertThat(rest.contains("spark.sql.catalog.espalier.warehouse")).isFalse();

    SparkConf named =
        SparkSessions.addDefaults(
            new SparkConf(false)
                .set("spark.sql.catalog.espalier.type", "rest")
                .set("spark.espalier.warehouse", "prod"));
    assertThat(named.get("spark.sql.catalog.espalier.warehouse")).isEqualTo("prod");

    SparkConf jdbc =
        SparkSessions.addDefaults(
            new SparkConf(false)
                .set("spark.sql.catalog.espalier.type", "jdbc")
                .set("spark.espalier.warehouse", "s3a://bucket/wh"));
    assertThat(jdbc.get("spark.sql.catalog.espalier.warehouse")).isEqualTo("s3a://bucket/wh");
    assertThat(jdbc.contains("spark.sql.catalog.espalier.lock-impl")).isFalse();

    SparkConf glue =
        SparkSessions.addDefaults(
            new SparkConf(false).set("spark.sql.catalog.espalier.catalog-impl", "com.acme.Glue"));
    assertThat(glue.contains("spark.sql.catalog.espalier.type")).isFalse();
  }

  @Test
  void extensionsOfTheUserAreKept() {
    SparkConf conf = new SparkConf(false).set("spark.sql.extensions", "com.acme.Extensions");
    SparkSessions.addDefaults(conf);
    assertThat(conf.get("spark.sql.extensions"))
        .startsWith("com.acme.Extensions,")
        .endsWith("IcebergSparkSessionExtensions");
  }

  @Test
  void unknownKeysOfOursStopTheStart() {
    SparkConf conf = new SparkConf(false).set("spark.espalier.warehose", "/data");
    assertThatThrownBy(() -> SparkSessions.addDefaults(conf))
        .hasMessageContaining("nearest known key is spark.espalier.warehouse");
  }

  @Test
  void tablesWithoutACatalogAreInOurWarehouse() {
    TestSpark.session().sql("CREATE TABLE t1 AS SELECT 1 AS a");
    assertThat(TestSpark.session().table("espalier.default.t1").count()).isEqualTo(1);
    assertThat(TestSpark.warehouse().resolve("espalier/default/t1/metadata")).isDirectory();
  }
}
