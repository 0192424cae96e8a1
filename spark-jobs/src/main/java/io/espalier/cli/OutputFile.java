package io.espalier.cli;

import io.espalier.conf.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks a file that a command will write on this machine at its end. */
final class OutputFile {
  private OutputFile() {}

  /**
   * The absolute path of a file that, by all checks possible now, can be written.
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
}
