package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.TableRef.InCatalog;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Iceberg catalogs that are a directory. Such a catalog commits by a rename that fails if the
 * target exists. Object stores copy instead, so of two drivers that commit at the same time, one
 * loses its rows without an error. On those, a directory catalog is refused for writing, unless it
 * has a lock that all drivers share. Reading is safe.
 */
public final class DirectoryCatalogs {
  /** The property of an Iceberg catalog that names a class of locks. */
  public static final String LOCK = ".lock-impl";

  /** Iceberg's lock among the threads of one process, which is also its default. */
  private static final String PROCESS_LOCK = "LockManagers$InMemoryLockManager";

  /** Schemes of object stores whose connectors copy and delete in place of a rename. */
  private static final Set<String> COPYING =
      Set.of(
          "s3", "s3a", "s3n", "gs", "wasb", "wasbs", "oss", "cos", "cosn", "obs", "oci", "swift",
          "tos", "bos", "ks3", "r2");

  private DirectoryCatalogs() {}

  /**
   * Refuses a table of a directory catalog on storage without atomic renames.
   *
   * @throws UsageException naming the place and what to use instead
   */
  public static void requireAtomicCommits(SparkSession spark, TableRef table) {
    if (!(table instanceof InCatalog inCatalog)) {
      return;
    }
    String catalog = catalog(spark, inCatalog);
    unsafePlace(spark.sessionState().newHadoopConf(), key -> spark.conf().get(key, ""), catalog)
        .ifPresent(
            place -> {
              throw new UsageException(
                  "Cannot write to %s: ".formatted(table) + reason(catalog, place));
            });
  }

  /**
   * Where a catalog keeps its tables, if drivers that commit to it at the same time could lose
   * rows.
   *
   * @param conf returns the value of a Spark property, or an empty text
   */
  public static Optional<String> unsafePlace(
      Configuration hadoop, UnaryOperator<String> conf, String catalog) {
    String prefix = TableRef.CATALOGS + catalog;
    String warehouse = conf.apply(prefix + ".warehouse");
    if (!isDirectory(conf, prefix) || warehouse.isEmpty()) {
      return Optional.empty();
    }
    String lock = conf.apply(prefix + LOCK);
    boolean isShared =
        !lock.isEmpty() && !lock.endsWith(PROCESS_LOCK) && !lock.equals(NoCommits.class.getName());
    String scheme = Storage.scheme(hadoop, Storage.path(warehouse).toUri().getScheme());
    return COPYING.contains(scheme) && !isShared
        ? Optional.of(Locations.absolute(hadoop, warehouse))
        : Optional.empty();
  }

  /** The catalog of a table, without opening it where the name or the configuration has it. */
  private static String catalog(SparkSession spark, InCatalog table) {
    String first = table.parts().get(0);
    if (table.parts().size() > 1 && spark.conf().contains(TableRef.CATALOGS + first)) {
      return first;
    }
    try {
      return spark.catalog().currentCatalog();
    } catch (RuntimeException e) {
      // It cannot be opened, so it is still the one to start with.
      return spark.conf().get("spark.sql.defaultCatalog");
    }
  }

  /** Whether the properties of a catalog say that it is an Iceberg catalog on a directory. */
  private static boolean isDirectory(UnaryOperator<String> conf, String prefix) {
    return conf.apply(prefix).startsWith("org.apache.iceberg.spark.")
        && (conf.apply(prefix + ".type").equalsIgnoreCase("hadoop")
            || conf.apply(prefix + ".catalog-impl").endsWith(".HadoopCatalog"));
  }

  /** Why a catalog cannot be written to, and what to do. */
  static String reason(String catalog, String place) {
    return ("catalog %1$s is a directory on object storage (%2$s), where two drivers that commit at"
            + " the same time lose rows. Name a catalog service, such as --conf %3$s.type=jdbc"
            + " --conf %3$s.uri=jdbc:postgresql://HOST/DATABASE (or rest, hive, glue), or use a"
            + " warehouse on HDFS or a shared disk")
        .formatted(catalog, place, TableRef.CATALOGS + catalog);
  }
}
