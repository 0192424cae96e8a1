package io.espalier.cli;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.LocalNames;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.DeployMode;
import io.espalier.spark.table.Utf8Files;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;

/**
 * A file that a command writes at its end: on the driver's disk, or on any storage if its name is a
 * URI.
 *
 * @param place an absolute path, or a URI
 */
record OutputFile(String place) {
  private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

  /**
   * A file that, by all checks possible now, can be written.
   *
   * @param file may be null, for no file
   * @throws UsageException if it cannot be written, or would be out of the user's reach
   */
  static Optional<OutputFile> of(String file) {
    if (file == null) {
      return Optional.empty();
    }
    if (!URI.matcher(file).matches()) {
      return Optional.of(new OutputFile(checked(Path.of(file)).toString()));
    }
    org.apache.hadoop.fs.Path path = Storage.path(file);
    return "file".equalsIgnoreCase(path.toUri().getScheme())
        ? Optional.of(new OutputFile(checked(LocalNames.path(path.toUri().getPath())).toString()))
        : Optional.of(new OutputFile(path.toString()));
  }

  /**
   * The absolute path of a file on this machine that, by all checks possible now, can be written.
   *
   * @param file may be null, for no file
   * @throws UsageException if there is no directory for it
   */
  static Path checked(Path file) {
    if (file == null) {
      return null;
    }
    requireReachable(file);
    Path whole = file.toAbsolutePath().normalize();
    if (Files.isDirectory(whole)) {
      throw new UsageException(
          "Cannot write %s: it is a directory. Give the name of a file in it".formatted(whole));
    }
    Path directory = whole.getParent();
    if (!Files.isDirectory(directory)) {
      throw new UsageException(
          "Cannot write %s: directory %s does not exist. Create it or give another file"
              .formatted(whole, directory));
    }
    if (!Files.isWritable(Files.exists(whole) ? whole : directory)) {
      throw new UsageException(
          "Cannot write %s: permission denied. Give another file".formatted(whole));
    }
    return whole;
  }

  /**
   * Refuses a relative path where the driver does not run in the directory of the call.
   *
   * @throws UsageException naming the path
   */
  static void requireReachable(Path path) {
    if (DeployMode.isCluster() && !path.isAbsolute()) {
      throw new UsageException(
          ("Cannot write %s: with --deploy-mode cluster, a relative path is in a directory of the"
                  + " driver that the cluster deletes. Give an absolute path or URI of storage that"
                  + " you share with the driver")
              .formatted(path));
    }
  }

  /**
   * A directory for files, on this machine or on any storage, as Hadoop names it.
   *
   * @throws UsageException if it would be out of the user's reach
   */
  static String directory(String name) {
    if (URI.matcher(name).matches()) {
      return Storage.path(name).toString();
    }
    requireReachable(Path.of(name));
    return Storage.uri(Path.of(name).toAbsolutePath().normalize());
  }

  /** The file as Hadoop names it. */
  String uri() {
    return URI.matcher(place).matches() ? place : Storage.uri(Path.of(place));
  }

  /** Writes the text, in UTF-8, in place of what the file held. */
  void write(SparkSession spark, String text) throws IOException {
    if (!URI.matcher(place).matches()) {
      Files.writeString(Path.of(place), text);
      return;
    }
    Utf8Files.write(spark, place, text);
  }

  @Override
  public String toString() {
    return place;
  }
}
