package io.espalier.spark.manifest;

import io.espalier.conf.Shown;
import io.espalier.conf.UsageException;
import io.espalier.spark.storage.ListedAudio;
import io.espalier.spark.storage.LocalListing;
import io.espalier.spark.storage.LocalNames;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Tables;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Makes a manifest of the audio files at any depth below a directory; the id is the path below it,
 * with its extension.
 */
final class DirectoryManifest {
  private static final StructType SCHEMA =
      new StructType().add("utt_id", "string").add("audio", "string");

  private static final int FILES_PER_PARTITION = 10_000;

  private DirectoryManifest() {}

  /**
   * Lists the files on the driver: Spark's own readers leave out those of zero bytes.
   *
   * @param leftOut is told each name that could not be taken, and why
   */
  static Dataset<Row> columns(SparkSession spark, String directory, Consumer<String> leftOut) {
    ListedAudio found = list(spark, Storage.path(directory));
    found.leftOut().forEach(leftOut);
    List<Row> files =
        found.files().stream().map(file -> RowFactory.create(file.id(), file.audio())).toList();
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(files, 1 + files.size() / FILES_PER_PARTITION);
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static ListedAudio list(SparkSession spark, Path directory) {
    try {
      FileSystem fs = Tables.fileSystem(spark, directory);
      Path root = fs.makeQualified(directory);
      if (Storage.isLocal(fs.getConf(), fs.getUri().getScheme())) {
        return LocalListing.of(LocalNames.path(root.toUri().getPath()));
      }
      try {
        return listAtOnce(fs, root);
      } catch (RuntimeException e) {
        // A name that this file system itself cannot take: by and by, to know which.
        return listByDirectory(fs, root);
      }
    } catch (FileNotFoundException | NoSuchFileException | NotDirectoryException e) {
      throw new UsageException(
          "Cannot list %s: it is not a directory".formatted(Shown.name(directory.toString())));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  /** In few requests, where a storage can do that. */
  private static ListedAudio listAtOnce(FileSystem fs, Path root) throws IOException {
    List<ListedAudio.File> files = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> found = fs.listFiles(root, true);
    while (found.hasNext()) {
      add(files, root, found.next().getPath());
    }
    return new ListedAudio(files, List.of());
  }

  private static ListedAudio listByDirectory(FileSystem fs, Path root) throws IOException {
    List<ListedAudio.File> files = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    Deque<FileStatus> waiting = new ArrayDeque<>(List.of(fs.getFileStatus(root)));
    while (!waiting.isEmpty()) {
      FileStatus next = waiting.remove();
      if (next.isFile()) {
        add(files, root, next.getPath());
        continue;
      }
      try {
        waiting.addAll(Arrays.asList(fs.listStatus(next.getPath())));
      } catch (IOException | RuntimeException e) {
        leftOut.add(
            "%s (cannot be listed: %s)"
                .formatted(Shown.name(next.getPath().toString()), Shown.name("" + e.getMessage())));
      }
    }
    return new ListedAudio(files, leftOut);
  }

  private static void add(List<ListedAudio.File> files, Path root, Path file) {
    if (ListedAudio.isAudio(file.getName())) {
      String audio = file.toString();
      String below = audio.substring(root.toString().length());
      files.add(new ListedAudio.File(below.replaceFirst("^/", ""), audio));
    }
  }
}
