package io.espalier.spark.export.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Whisper's table: start and end in milliseconds, and the text, separated by tabs.
 *
 * @param together whether each line begins with the id of its recording
 * @param speakers whether there is a column for the speaker
 */
record SegmentTable(boolean together, boolean speakers) implements TranscriptFormat {
  private static final double MS = 1000;

  @Override
  public String head() {
    return line(together ? "id" : null, "start", "end", speakers ? "speaker" : null, "text");
  }

  @Override
  public String body(Recording recording) {
    StringBuilder out = new StringBuilder();
    for (Segment segment : recording.inTime()) {
      out.append(
          line(
              together ? Texts.clean(recording.id()) : null,
              Long.toString(Math.round(segment.startS() * MS)),
              Long.toString(Math.round(segment.endS() * MS)),
              speakers ? segment.speaker().orElse("") : null,
              segment.text()));
    }
    return out.toString();
  }

  /** The cells that are not null. */
  private static String line(String... cells) {
    List<String> present = new ArrayList<>();
    for (String cell : cells) {
      if (cell != null) {
        present.add(cell);
      }
    }
    return String.join("\t", present) + "\n";
  }
}
