package io.espalier.spark.recovery;

import io.espalier.spark.Deaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.TaskContext;

/**
 * What goes wrong while a row is computed, and how long each row takes, told to all processes by
 * files of the job's directory.
 *
 * @param trouble what happens to the row; none for a row that only takes its time
 * @param id of the row; empty for the next one, whichever it is
 * @param always whether it happens each time; otherwise once
 */
record RowTroubles(Path directory, Trouble trouble, String id, boolean always, long rowMs) {
  /** What can happen. */
  enum Trouble {
    NONE,
    TASK_FAILS,
    DRIVER_DIES,
    PROCESS_DIES,
    PROCESS_CRASHES,
    STANDS_STILL
  }

  private static final String FILE = "row-trouble";
  private static final String HAPPENED = "row-trouble-happened";
  private static final long STILL_NS = 30_000_000_000L;
  private static final long MS = 1_000_000;

  /** Nothing but the time of each row. */
  static RowTroubles none(Path directory, long rowMs) {
    return new RowTroubles(directory, Trouble.NONE, "", false, rowMs);
  }

  /** What the file says; nothing without one. */
  static RowTroubles of(Path directory) {
    try {
      Path file = directory.resolve(FILE);
      if (Files.notExists(file)) {
        return none(directory, 0);
      }
      String[] fields = Files.readString(file).strip().split(" ", 4);
      return new RowTroubles(
          directory,
          Trouble.valueOf(fields[0]),
          fields[1].equals("-") ? "" : fields[1],
          Boolean.parseBoolean(fields[2]),
          Long.parseLong(fields[3]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells all processes, in place of what was told before. */
  void tell() throws IOException {
    Files.deleteIfExists(directory.resolve(HAPPENED));
    Path fresh = directory.resolve(FILE + ".new");
    String text = "%s %s %s %s".formatted(trouble, id.isEmpty() ? "-" : id, always, rowMs);
    Files.writeString(fresh, text, StandardCharsets.UTF_8);
    Files.move(fresh, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Whether it has happened. */
  boolean happened() {
    return Files.exists(directory.resolve(HAPPENED));
  }

  /** A row is computed here. */
  void meet(String row) {
    LockSupport.parkNanos(rowMs * MS);
    if (trouble == Trouble.NONE || !(id.isEmpty() || id.equals(row)) || !isTurn()) {
      return;
    }
    switch (trouble) {
      case NONE -> {}
      case TASK_FAILS -> throw new IllegalStateException("Injected failure of a task");
      case DRIVER_DIES -> driver().ifPresent(driver -> Deaths.signal("KILL", driver));
      case PROCESS_DIES -> Deaths.kill();
      case PROCESS_CRASHES -> Deaths.crash();
      case STANDS_STILL -> standStill();
    }
  }

  private boolean isTurn() {
    try {
      Files.createFile(directory.resolve(HAPPENED));
      return true;
    } catch (FileAlreadyExistsException e) {
      return always;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Long> driver() {
    return JobDirectory.history(directory).events().stream()
        .filter(event -> event.kind() == History.Kind.INVOKE)
        .map(History.Event::process)
        .reduce((first, second) -> second);
  }

  private static void standStill() {
    long end = System.nanoTime() + STILL_NS;
    TaskContext task = TaskContext.get();
    while (System.nanoTime() < end && (task == null || !task.isInterrupted())) {
      LockSupport.parkNanos(50 * MS);
    }
  }
}
