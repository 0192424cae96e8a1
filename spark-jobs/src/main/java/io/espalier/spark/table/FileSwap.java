package io.espalier.spark.table;

import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.TableRef.InFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Replaces the files of a table by new ones, which are written beside it: the old directory is
 * renamed, then the new one. Whoever dies between the two leaves no table, but both directories,
 * and {@link #finish} goes on from there.
 */
public final class FileSwap {
  private static final String OLD = "-old";

  private FileSwap() {}

  /** Replaces files by new ones, which may be computed from the old ones. */
  static void swap(SparkSession spark, InFiles files, Dataset<Row> rows) {
    Path path = Storage.path(files.path());
    String name = prefix(path) + UUID.randomUUID();
    Path next = Storage.child(path.getParent(), name);
    Path last = Storage.child(path.getParent(), name + OLD);
    rows.write().parquet(next.toString());
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      if (!fs.rename(path, last) || !fs.rename(next, path)) {
        throw new IOException("the file system refused to rename " + next);
      }
      fs.delete(last, true);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot replace %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Finishes what another process had begun when it died, if there is something. */
  public static void finish(SparkSession spark, InFiles files) {
    Path path = Storage.path(files.path());
    Path parent = path.getParent();
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      if (parent == null || fs.exists(path) || !fs.exists(parent)) {
        return;
      }
      for (FileStatus status : fs.listStatus(parent)) {
        String name = status.getPath().getName();
        if (!name.startsWith(prefix(path)) || !name.endsWith(OLD)) {
          continue;
        }
        String swap = name.substring(0, name.length() - OLD.length());
        Path next = Storage.child(parent, swap);
        // The new files were complete before the old ones were renamed.
        if (fs.rename(fs.exists(next) ? next : status.getPath(), path)) {
          fs.delete(status.getPath(), true);
        }
        return;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot restore %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static String prefix(Path path) {
    return "." + path.getName() + "-";
  }
}
