package io.espalier.spark.export.format;

import java.util.Locale;

/**
 * NIST's STM, as {@code sclite} reads it: recording, channel, speaker, start, end, the language as
 * a label, and the text. A recording in which nothing was said is one segment without text.
 */
record SegmentTimes() implements TranscriptFormat {
  /** A segment must not be empty. */
  private static final double SHORTEST_S = 0.001;

  @Override
  public String head() {
    return ";; recording channel speaker start end <language> text\n";
  }

  @Override
  public String body(Recording recording) {
    if (recording.segments().isEmpty()) {
      return line(recording, recording.id(), 0, recording.durationS(), "");
    }
    StringBuilder out = new StringBuilder();
    for (Segment segment : recording.inTime()) {
      out.append(
          line(
              recording,
              segment.speaker().orElse(recording.id()),
              segment.startS(),
              segment.endS(),
              segment.text()));
    }
    return out.toString();
  }

  private static String line(
      Recording recording, String speaker, double startS, double endS, String text) {
    String label =
        recording.language().map(code -> "<%s> ".formatted(Texts.withoutSpaces(code))).orElse("");
    String line =
        String.format(
            Locale.ROOT,
            "%s 1 %s %.3f %.3f %s%s",
            Texts.withoutSpaces(recording.id()),
            Texts.withoutSpaces(speaker),
            startS,
            Math.max(endS, startS + SHORTEST_S),
            label,
            text);
    return line.stripTrailing() + "\n";
  }
}
