package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.TableRef.InCatalog;
import io.espalier.spark.table.TableRef.InFiles;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
  private Locations() {}

  /**
   * An absolute path with its scheme. A path that has a scheme stays as written.
   *
   * @throws UsageException if the text is not a path
   */
  public static String absolute(SparkSession spark, String text) {
    return absolute(spark.sessionState().newHadoopConf(), text);
  }

  /** The same with another default file system. */
  public static String absolute(Configuration hadoop, String text) {
    try {
      Path path = Storage.path(text);
      return path.toUri().getScheme() == null
          ? Storage.open(hadoop, path).makeQualified(path).toString()
          : path.toString();
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
      throw new UsageException(
          ("Cannot use %s: %s is on the driver's disk, and executors on %s cannot access it. Put it"
                  + " on storage that all machines share, or run with --master local[*]")
              .formatted(what, path, String.join(", ", blind.stream().distinct().toList())));
    }
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
    try {
      Path place = Storage.path(directory);
      FileSystem fs = Tables.fileSystem(spark, place);
      while (place.getParent() != null && !fs.exists(place)) {
        place = place.getParent();
      }
      Path mark = new Path(place, ".espalier-" + UUID.randomUUID());
      fs.create(mark).close();
      try {
        requireVisible(spark, what, mark.toString());
      } finally {
        fs.delete(mark, false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to %s: %s".formatted(directory, e), e);
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
  private static Optional<String> place(SparkSession spark, TableRef table) {
    if (spark.sparkContext().isLocal()) {
      return Optional.empty();
    }
    if (table instanceof InFiles files) {
      return Optional.of(files.path());
    }
    String catalog = Tables.catalog(spark, (InCatalog) table);
    String warehouse =
        catalog.equals("spark_catalog")
            ? "spark.sql.warehouse.dir"
            : "spark.sql.catalog." + catalog + ".warehouse";
    return spark.conf().contains(warehouse)
        ? Optional.of(absolute(spark, spark.conf().get(warehouse)))
        : Optional.empty();
  }

  private static boolean mayBeHidden(SparkSession spark, String path) {
    return !spark.sparkContext().isLocal() && path.startsWith("file:");
  }

  /** The machine on which a path is missing; empty if the path exists. */
  private record Look(String path, SerializableConfiguration hadoop)
      implements Function<Integer, String>, Serializable {
    @Override
    public String call(Integer task) throws IOException {
      Path place = Storage.path(path);
      return Storage.open(hadoop.value(), place).exists(place)
          ? ""
          : SparkEnv.get().blockManager().blockManagerId().host();
    }
  }
}
