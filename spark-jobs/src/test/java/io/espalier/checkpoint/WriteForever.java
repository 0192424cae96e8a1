package io.espalier.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that fills a new directory until it is ended. */
final class WriteForever {
  private WriteForever() {}

  /** Fills the directory that the first argument names. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (NewDirectory target = NewDirectory.beside(Path.of(arguments[0]), false)) {
      for (int i = 0; true; i++) {
        Files.writeString(target.path().resolve("file" + i), "more");
        Thread.sleep(1);
      }
    }
  }
}
