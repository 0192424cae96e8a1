package io.espalier.spark.export;

import io.espalier.conf.Shown;
import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import java.io.BufferedWriter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A text file in UTF-8 that appears under its name when it is complete, in place of an older one.
 * It is written beside its place, under a hidden name.
 */
final class WholeFile implements AutoCloseable {
  private final FileSystem fs;
  private final FileSystem files;
  private final Path target;
  private final Path draft;
  private final Writer out;
  private boolean isDone;

  private WholeFile(FileSystem fs, Path target) throws IOException {
    this.fs = fs;
    // Files for other programs, which have no use for checksums beside them.
    files = fs instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : fs;
    this.target = target;
    draft = Storage.child(target.getParent(), "." + target.getName() + "-" + UUID.randomUUID());
    out =
        new BufferedWriter(
            new OutputStreamWriter(files.create(draft, true), StandardCharsets.UTF_8));
  }

  /**
   * Begins a file.
   *
   * @throws UsageException if there is a directory of that name
   */
  static WholeFile create(Configuration hadoop, Path target) throws IOException {
    FileSystem fs = Storage.open(hadoop, target);
    if (isDirectory(fs, target)) {
      throw new UsageException(
          "Cannot write %s: it is a directory".formatted(Shown.name(target.toString())));
    }
    return new WholeFile(fs, target);
  }

  void write(String text) throws IOException {
    out.write(text);
  }

  /** Puts the file in its place. */
  void finish() throws IOException {
    out.close();
    fs.delete(target, false);
    if (!files.rename(draft, target)) {
      throw new IOException("Cannot rename %s to %s".formatted(draft, target));
    }
    isDone = true;
  }

  /** Deletes what was written, unless the file is finished. */
  @Override
  public void close() throws IOException {
    if (!isDone) {
      try {
        out.close();
      } finally {
        files.delete(draft, false);
      }
    }
  }

  private static boolean isDirectory(FileSystem fs, Path path) throws IOException {
    try {
      return fs.getFileStatus(path).isDirectory();
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
