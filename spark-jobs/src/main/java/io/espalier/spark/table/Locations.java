package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.TableRef.InCatalog;
import io.espalier.spark.table.TableRef.InFiles;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Makes paths that users give valid on every machine of a job. A path without a scheme is on the
 * default file system; a relative path starts at the driver's working directory (on HDFS, at the
 * user's home directory). Tasks have other working directories, so no relative path leaves the
 * driver.
 */
public final class Locations {
  /** Types of Iceberg catalogs whose warehouse is a path. */
  private static final Set<String> PLACES = Set.of("hadoop", "jdbc", "hive");

  private Locations() {}

  /**
   * An absolute path with its scheme. A path that has a scheme stays as written.
   *
   * @throws UsageException if the text is not a path, or is relative to a directory that the driver
   *     is not in
   */
  public static String absolute(SparkSession spark, String text) {
    return absolute(spark.sessionState().newHadoopConf(), text);
  }

  /** The same with another default file system. */
  public static String absolute(Configuration hadoop, String text) {
    try {
      Path path = Storage.path(text);
      if (path.toUri().getScheme() != null) {
        return path.toString();
      }
      FileSystem fs = Storage.open(hadoop, path);
      if (DeployMode.isCluster() && !path.isAbsolute() && "file".equals(fs.getUri().getScheme())) {
        throw new UsageException(
            "Cannot use %s: with --deploy-mode cluster the driver has a directory of its own. Give an absolute path"
                .formatted(text));
      }
      return fs.makeQualified(path).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open the default file system: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that executors can access a path of the driver. Only paths on a local disk are checked,
   * and only if executors are separate processes.
   *
   * @param what the place is, for the message
   * @param path of a file or directory that is there
   * @throws UsageException naming the path and the machines that do not see it
   */
  public static void requireVisible(SparkSession spark, String what, String path) {
    if (!mayBeHidden(spark, path)) {
      return;
    }
    Configuration hadoop = spark.sessionState().newHadoopConf();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    // One task per slot, so every executor gets at least one.
    int tasks = context.defaultParallelism();
    context.setJobDescription("look for " + what);
    List<String> blind =
        context
            .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
            .map(new Look(path, new SerializableConfiguration(hadoop)))
            .filter(host -> !host.isEmpty())
            .collect();
    if (!blind.isEmpty()) {
      throw hidden(what, path, String.join(", ", blind.stream().distinct().toList()));
    }
  }

  /**
   * The error of a path on the driver's disk that other machines do not see.
   *
   * @param hosts names of the machines
   */
  public static UsageException hidden(String what, String path, String hosts) {
    return new UsageException(
        ("Cannot use %s: %s is on the driver's disk, and executors on %s cannot access it. Put it"
                + " on storage that all machines share, or run with --master local[*]")
            .formatted(what, path, hosts));
  }

  /**
   * Checks that the driver can see what executors write to a directory, with a file that is created
   * and deleted. If the directory does not exist, its nearest existing parent is checked.
   *
   * @throws UsageException naming the path and the machines that do not see it
   */
  public static void requireShared(SparkSession spark, String what, String directory) {
    if (!mayBeHidden(spark, directory)) {
      return;
    }
    try (SharedPlace place = SharedPlace.mark(spark, directory)) {
      requireVisible(spark, what, place.path());
    }
  }

  /** The same for the files of a table. */
  public static void requireVisible(SparkSession spark, TableRef table) {
    place(spark, table).ifPresent(place -> requireVisible(spark, table.toString(), place));
  }

  /** The same for the files of a table. */
  public static void requireShared(SparkSession spark, TableRef table) {
    place(spark, table).ifPresent(place -> requireShared(spark, table.toString(), place));
  }

  /** The location of a table's files, as far as the configuration shows it. */
  static Optional<String> place(SparkSession spark, TableRef table) {
    if (spark.sparkContext().isLocal()) {
      return Optional.empty();
    }
    if (table instanceof InFiles files) {
      return Optional.of(files.path());
    }
    String catalog = Tables.catalog(spark, (InCatalog) table);
    if (catalog.equals("spark_catalog")) {
      return Optional.of(absolute(spark, spark.conf().get("spark.sql.warehouse.dir")));
    }
    String prefix = TableRef.CATALOGS + catalog;
    String warehouse = spark.conf().get(prefix + ".warehouse", "");
    // To a service such as REST, a warehouse may be a name that only the service understands.
    boolean isPlace =
        PLACES.contains(spark.conf().get(prefix + ".type", "").toLowerCase(Locale.ROOT))
            || Storage.path(warehouse.isEmpty() ? "/" : warehouse).toUri().getScheme() != null;
    return isPlace && !warehouse.isEmpty()
        ? Optional.of(absolute(spark, warehouse))
        : Optional.empty();
  }

  static boolean mayBeHidden(SparkSession spark, String path) {
    return !spark.sparkContext().isLocal() && path.startsWith("file:");
  }

  /** The machine on which a path is missing; empty if the path exists. */
  private record Look(String path, SerializableConfiguration hadoop)
      implements Function<Integer, String>, Serializable {
    @Override
    public String call(Integer task) throws IOException {
      return isHere(hadoop.value(), path) ? "" : host();
    }
  }

  static boolean isHere(Configuration hadoop, String path) throws IOException {
    Path place = Storage.path(path);
    return Storage.open(hadoop, place).exists(place);
  }

  /** The name of this machine, as Spark has it. */
  public static String host() {
    SparkEnv env = SparkEnv.get();
    return env == null ? "this machine" : env.blockManager().blockManagerId().host();
  }
}
