package io.espalier.spark.recovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened to a job, in a file that all its processes append to and that outlives them. A line
 * is one write, so lines of processes that are killed are whole or absent.
 *
 * @param file one event a line
 */
public record History(Path file) {
  private static final int FIELDS = 4;

  /** Kinds of events. */
  public enum Kind {
    /** A driver begins. */
    INVOKE,
    /** A driver ended with success; the subject is the number of rows that it says it wrote. */
    OK,
    /** A driver ended with an error. */
    FAIL,
    /** A driver is gone without a word, so that nobody knows what its last commit did. */
    UNKNOWN,
    /** A row was computed; the subject is its id. */
    COMPUTED,
    /** A driver has told that so many rows are committed, all of its own. */
    ACKNOWLEDGED,
    /** Something went wrong, on purpose. */
    FAULT
  }

  /**
   * One event.
   *
   * @param timeMs since the epoch
   * @param process that it happened in or to
   * @param subject what it is about
   */
  public record Event(long timeMs, Kind kind, long process, String subject) {}

  /** Adds an event of this process. */
  public void add(Kind kind, String subject) {
    add(kind, ProcessHandle.current().pid(), subject);
  }

  /** Adds an event of some process. */
  public void add(Kind kind, long process, String subject) {
    String line =
        String.join(
            "\t",
            String.valueOf(System.currentTimeMillis()),
            kind.name(),
            String.valueOf(process),
            subject.replaceAll("\\s+", " "));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All events, in the order in which they were written. */
  public List<Event> events() {
    try {
      if (Files.notExists(file)) {
        return List.of();
      }
      List<Event> events = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        String[] fields = line.split("\t", FIELDS);
        events.add(
            new Event(
                Long.parseLong(fields[0]),
                Kind.valueOf(fields[1]),
                Long.parseLong(fields[2]),
                fields[3]));
      }
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
