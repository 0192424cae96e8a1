package io.espalier.spark.recovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is wrong with the storage at the moment, told to all processes by files of a directory.
 *
 * @param directory exists
 */
record Weather(Path directory) {
  /** What can be wrong. */
  enum Trouble {
    /** Nothing can be written for want of room. */
    FULL,
    /** Nothing can be opened, made or renamed. */
    FAILING,
    /** Everything takes a while. */
    SLOW,
    /** The next commit comes about and is reported as failed. Once. */
    UNKNOWN_COMMIT,
    /** The process of the next commit is killed before it comes about. Once. */
    DEATH_BEFORE_COMMIT,
    /** The process of the next commit is killed when it has come about. Once. */
    DEATH_AFTER_COMMIT,
    /** The process that makes the next data file is killed. Once. */
    DEATH_OF_WRITER,
    /** The process that makes the next data file has a fault in native code. Once. */
    CRASH_OF_WRITER,
    /** The next data file cannot be made. Once. */
    FAILURE_OF_WRITER,
    /** The next data file takes long to make. Once. */
    SLOW_WRITER
  }

  void begin(Trouble trouble) {
    try {
      Files.createFile(file(trouble));
    } catch (FileAlreadyExistsException e) {
      // Then it is on its way already.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void end(Trouble trouble) {
    happens(trouble);
  }

  boolean is(Trouble trouble) {
    return Files.exists(file(trouble));
  }

  /** Whether it happens now, to this process alone; it is over then. */
  boolean happens(Trouble trouble) {
    try {
      return Files.deleteIfExists(file(trouble));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(Trouble trouble) {
    return directory.resolve(trouble.name());
  }
}
