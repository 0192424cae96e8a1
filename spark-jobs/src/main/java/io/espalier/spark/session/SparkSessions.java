package io.espalier.spark.session;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.DirectoryCatalogs;
import io.espalier.spark.table.Locations;
import io.espalier.spark.table.NoCommits;
import io.espalier.spark.table.TableRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
  private static final String CATALOG_PREFIX = TableRef.CATALOGS + CATALOG;
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
    if (ours
        && conf.get(CATALOG_PREFIX + ".type", "").equals("hadoop")
        && !conf.contains(CATALOG_PREFIX + "." + NoCommits.NAME)) {
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
    // The driver keeps what its UI shows: with Spark's 1,000 stages of up to 100,000 tasks, a long
    // job would fill the heap.
    conf.setIfMissing("spark.ui.retainedJobs", "200");
    conf.setIfMissing("spark.ui.retainedStages", "200");
    conf.setIfMissing("spark.ui.retainedTasks", "1000");
    conf.setIfMissing("spark.sql.ui.retainedExecutions", "100");
    // Parquet 1.16, in Spark 4.1, may give rows twice when such a read fails, as Hadoop's local
    // ones do.
    conf.setIfMissing("spark.hadoop.parquet.hadoop.vectored.io.enabled", "false");
    if (!conf.contains(CATALOG_PREFIX)) {
      addCatalog(conf, espalier.get(WAREHOUSE));
    }
    conf.setIfMissing(DEFAULT_CATALOG, CATALOG);
    refuseUnsafeCommits(conf);
    conf.set(EXTENSIONS, withIceberg(conf.get(EXTENSIONS, "")));
    return conf;
  }

  /** The default catalog: a directory, or what the user's properties of this name make of it. */
  private static void addCatalog(SparkConf conf, Optional<String> warehouse) {
    conf.set(CATALOG_PREFIX, ICEBERG_CATALOG);
    if (!conf.contains(CATALOG_PREFIX + ".catalog-impl")) {
      conf.setIfMissing(CATALOG_PREFIX + ".type", "hadoop");
    }
    conf.setIfMissing(CATALOG_PREFIX + ".default-namespace", "default");
    String type = conf.get(CATALOG_PREFIX + ".type", "").toLowerCase(Locale.ROOT);
    Optional<String> place =
        switch (type) {
          case "hadoop", "jdbc" ->
              Optional.of(
                  warehouse
                      .map(given -> Locations.absolute(hadoop(conf), given))
                      .orElseGet(() -> homeWarehouse(conf)));
          // To a service, a warehouse is a name of its own, and it has a default.
          default -> warehouse;
        };
    place.ifPresent(given -> conf.setIfMissing(CATALOG_PREFIX + ".warehouse", given));
  }

  /** Makes unsafe catalogs read-only, also for SQL statements that no command checks. */
  private static void refuseUnsafeCommits(SparkConf conf) {
    Configuration hadoop = hadoop(conf);
    Arrays.stream(conf.getAllWithPrefix(TableRef.CATALOGS))
        .map(Tuple2::_1)
        .filter(name -> name.indexOf('.') < 0)
        .filter(
            name ->
                DirectoryCatalogs.unsafePlace(hadoop, key -> conf.get(key, ""), name).isPresent())
        .forEach(
            name -> {
              conf.set(
                  TableRef.CATALOGS + name + DirectoryCatalogs.LOCK, NoCommits.class.getName());
              conf.set(TableRef.CATALOGS + name + "." + NoCommits.NAME, name);
            });
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
