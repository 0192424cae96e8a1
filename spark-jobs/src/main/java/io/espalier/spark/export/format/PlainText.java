package io.espalier.spark.export.format;

import java.util.Optional;

/** The text, a line for each segment. The name of a speaker stands where the speaker changes. */
record PlainText(boolean named) implements TranscriptFormat {
  @Override
  public String body(Recording recording) {
    StringBuilder out = new StringBuilder();
    Optional<String> speaker = Optional.empty();
    for (Segment segment : recording.inTime()) {
      if (named && segment.speaker().isPresent() && !segment.speaker().equals(speaker)) {
        out.append(segment.speaker().get()).append(": ");
      }
      out.append(segment.text()).append('\n');
      speaker = segment.speaker();
    }
    return out.toString();
  }
}
