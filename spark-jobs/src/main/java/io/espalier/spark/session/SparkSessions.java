package io.espalier.spark.session;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Locations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Makes sessions with Espalier's defaults, the same under {@code bin/espalier} and {@code
 * spark-submit}: the default catalog is an Iceberg catalog named {@code espalier} on a directory.
 * Properties that the user sets stay unchanged.
 */
public final class SparkSessions {
  /** The catalog that exists without any configuration. */
  public static final String CATALOG = "espalier";

  /** Directory of the tables of {@link #CATALOG}. */
  public static final ConfKey<Optional<String>> WAREHOUSE =
      ConfKey.optionalText(
          "warehouse",
          "Directory of the default Iceberg catalog, on any Hadoop file system. Default:"
              + " .espalier/warehouse in the home directory of the default file system.");

  public static final List<ConfKey<?>> KEYS = List.of(WAREHOUSE);

  private static final String EXTENSIONS = "spark.sql.extensions";
  private static final String DEFAULT_CATALOG = "spark.sql.defaultCatalog";
  private static final String CATALOG_PREFIX = "spark.sql.catalog." + CATALOG;
  private static final String ICEBERG_CATALOG = "org.apache.iceberg.spark.SparkCatalog";
  private static final String ICEBERG_EXTENSIONS =
      "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions";

  private SparkSessions() {}

  /**
   * Starts a session. Where one runs already (a notebook, a test), it is used, in a copy that has
   * these properties.
   *
   * @param properties Spark properties of this call; they win over those of {@code spark-submit}
   * @throws UsageException listing every mistake in {@code spark.espalier.*}
   */
  public static SparkSession create(String appName, Map<String, String> properties) {
    if (SparkSession.getDefaultSession().isDefined()) {
      return copy(SparkSession.getDefaultSession().get(), properties);
    }
    SparkConf conf = new SparkConf();
    properties.forEach(conf::set);
    conf.setIfMissing("spark.app.name", appName);
    addDefaults(conf);
    boolean ours = conf.get(CATALOG_PREFIX).equals(ICEBERG_CATALOG);
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    Storage.useLocalDisk(spark);
    if (ours && conf.get(CATALOG_PREFIX + ".type", "").equals("hadoop")) {
      // An empty warehouse has no namespaces, and SHOW TABLES would fail in it.
      String namespace = conf.get(CATALOG_PREFIX + ".default-namespace", "default");
      spark.sql("CREATE NAMESPACE IF NOT EXISTS %s.%s".formatted(CATALOG, namespace));
    }
    return spark;
  }

  private static SparkSession copy(SparkSession running, Map<String, String> properties) {
    SessionConf.of(properties, Map.of());
    SparkSession session = running.newSession();
    properties.forEach(
        (property, value) -> {
          if (property.startsWith(ConfKey.PREFIX) || session.conf().isModifiable(property)) {
            session.conf().set(property, value);
          }
        });
    return session;
  }

  /** Adds what the user left open. */
  public static SparkConf addDefaults(SparkConf conf) {
    EspalierConf espalier = SessionConf.of(asMap(conf), Map.of());
    conf.setIfMissing("spark.master", "local[*]");
    if (conf.get("spark.master").startsWith("local")) {
      // A machine without a name server, or with a VPN, must still find itself.
      conf.setIfMissing("spark.driver.host", "localhost");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.setIfMissing("spark.sql.shuffle.partitions", "8");
    } else {
      // Resource managers start executors in a POSIX locale, in which Java knows ASCII names alone.
      conf.setIfMissing("spark.executorEnv.LC_ALL", "C.UTF-8");
    }
    conf.setIfMissing("spark.sql.session.timeZone", "UTC");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    if (!conf.contains(CATALOG_PREFIX)) {
      conf.set(CATALOG_PREFIX, ICEBERG_CATALOG);
      conf.setIfMissing(CATALOG_PREFIX + ".type", "hadoop");
      conf.setIfMissing(CATALOG_PREFIX + ".default-namespace", "default");
      conf.setIfMissing(
          CATALOG_PREFIX + ".warehouse",
          espalier
              .get(WAREHOUSE)
              .map(place -> Locations.absolute(hadoop(conf), place))
              .orElseGet(() -> homeWarehouse(conf)));
    }
    conf.setIfMissing(DEFAULT_CATALOG, CATALOG);
    conf.set(EXTENSIONS, withIceberg(conf.get(EXTENSIONS, "")));
    return conf;
  }

  private static String withIceberg(String extensions) {
    return Stream.concat(Arrays.stream(extensions.split(",")), Stream.of(ICEBERG_EXTENSIONS))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .distinct()
        .collect(Collectors.joining(","));
  }

  private static String homeWarehouse(SparkConf conf) {
    try {
      FileSystem home = Storage.open(hadoop(conf), Storage.path("/"));
      return home.getHomeDirectory() + "/.espalier/warehouse";
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open the default file system: " + e.getMessage(), e);
    }
  }

  private static Configuration hadoop(SparkConf conf) {
    return SparkHadoopUtil.get().newConfiguration(conf);
  }

  private static Map<String, String> asMap(SparkConf conf) {
    return Arrays.stream(conf.getAll()).collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
  }
}
