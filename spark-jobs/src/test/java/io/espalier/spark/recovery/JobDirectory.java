package io.espalier.spark.recovery;

import java.nio.file.Path;

/** Where the files of a job are that all its processes share. */
final class JobDirectory {
  private JobDirectory() {}

  static History history(Path directory) {
    return new History(directory.resolve("history.tsv"));
  }

  static Path weather(Path directory) {
    return directory.resolve("weather");
  }

  /** The catalog's directory, on the storage that the weather is about. */
  static String warehouse(Path directory) {
    return "shaky://" + directory.resolve("warehouse");
  }
}
