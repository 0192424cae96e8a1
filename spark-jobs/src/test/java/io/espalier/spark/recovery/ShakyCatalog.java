package io.espalier.spark.recovery;

import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.spark.sql.SparkSession;

/** The catalog of a job's directory, for a session that looks at it from outside. */
final class ShakyCatalog {
  private ShakyCatalog() {}

  /** Defines a catalog that sees every new commit. */
  static void define(SparkSession spark, String name, Path directory) {
    String prefix = "spark.sql.catalog." + name;
    spark.conf().set(prefix, SparkCatalog.class.getName());
    spark.conf().set(prefix + ".type", "hadoop");
    spark.conf().set(prefix + ".warehouse", JobDirectory.warehouse(directory));
    spark.conf().set(prefix + ".cache-enabled", "false");
    Map<String, String> storage =
        Map.of(
            ShakyFileSystem.KEY,
            ShakyFileSystem.class.getName(),
            ShakyFileSystem.WEATHER,
            JobDirectory.weather(directory).toString());
    storage.forEach(
        (key, value) -> {
          spark.conf().set(key, value);
          spark.conf().set(prefix + ".hadoop." + key, value);
        });
  }
}
