package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Utf8Text;
import io.espalier.spark.storage.PlainFiles;
import io.espalier.spark.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Checks text files before Spark reads them, since Spark's own readers silently put replacement
 * characters where a file is not UTF-8, and writes small ones.
 */
public final class Utf8Files {
  /** Below this, starting tasks costs more than reading. */
  private static final long MOST_ON_DRIVER = 8L << 20;

  private Utf8Files() {}

  /**
   * Reads a file, or all files below a directory that Spark would read.
   *
   * @return the same path
   * @throws UsageException naming file, line and byte, if one is not UTF-8
   */
  public static String require(SparkSession spark, String path) {
    List<String> files = new ArrayList<>();
    long bytes = list(spark, Storage.path(path), files);
    List<String> mistakes =
        bytes <= MOST_ON_DRIVER
            ? mistakes(spark.sessionState().newHadoopConf(), files)
            : mistakesOnCluster(spark, files);
    if (!mistakes.isEmpty()) {
      throw new UsageException(mistakes);
    }
    return path;
  }

  /** Writes a file, in place of what it held. */
  public static void write(SparkSession spark, String file, String text) throws IOException {
    Path path = Storage.path(file);
    try (OutputStream out = Tables.fileSystem(spark, path).create(path, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static List<String> mistakesOnCluster(SparkSession spark, List<String> files) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    return context
        .parallelize(files, files.size())
        .map(file -> mistake(hadoop.value().value(), file))
        .filter(Objects::nonNull)
        .take(1);
  }

  private static List<String> mistakes(Configuration hadoop, List<String> files)
      throws UncheckedIOException {
    return files.stream()
        .map(file -> mistake(hadoop, file))
        .filter(Objects::nonNull)
        .limit(1)
        .toList();
  }

  /** The problem of a file, or null. */
  private static String mistake(Configuration hadoop, String file) {
    Path path = Storage.path(file);
    try (InputStream in = PlainFiles.open(path, hadoop)) {
      Utf8Text.check(in, file);
      return null;
    } catch (MalformedFileException e) {
      return e.getMessage();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static long list(SparkSession spark, Path path, List<String> files) {
    try {
      FileSystem fileSystem = Tables.fileSystem(spark, path);
      FileStatus status = fileSystem.getFileStatus(path);
      if (status.isFile()) {
        files.add(status.getPath().toString());
        return status.getLen();
      }
      long bytes = 0;
      RemoteIterator<LocatedFileStatus> found = fileSystem.listFiles(path, true);
      while (found.hasNext()) {
        LocatedFileStatus file = found.next();
        // Spark leaves these out too.
        if (!file.getPath().getName().matches("[._].*")) {
          files.add(file.getPath().toString());
          bytes += file.getLen();
        }
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
