package io.espalier.cli;

import io.espalier.conf.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes on this machine when all its work is done. */
final class OutputFile {
  private OutputFile() {}

  /**
   * The whole path of a file that can be written, as far as can be seen now.
   *
   * @param file may be null, for no file
   * @throws UsageException if there is no directory for it
   */
  static Path checked(Path file) {
    if (file == null) {
      return null;
    }
    Path whole = file.toAbsolutePath().normalize();
    if (Files.isDirectory(whole)) {
      throw new UsageException(
          "Cannot write %s: it is a directory, give the name of a file in it".formatted(whole));
    }
    Path directory = whole.getParent();
    if (!Files.isDirectory(directory)) {
      throw new UsageException(
          "Cannot write %s: there is no directory %s, make it or give another file"
              .formatted(whole, directory));
    }
    if (!Files.isWritable(Files.exists(whole) ? whole : directory)) {
      throw new UsageException(
          "Cannot write %s: permission denied, give another file".formatted(whole));
    }
    return whole;
  }
}
