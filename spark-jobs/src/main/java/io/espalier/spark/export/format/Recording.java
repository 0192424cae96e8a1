package io.espalier.spark.export.format;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A recording and what was said in it.
 *
 * @param id its name
 * @param durationS length, seconds
 * @param language ISO 639-3, if known
 * @param segments those of each part in the order of its text
 */
public record Recording(
    String id, double durationS, Optional<String> language, List<Segment> segments) {
  public Recording {
    segments = List.copyOf(segments);
  }

  /** The segments by the time of their start. Those that start together keep their order. */
  List<Segment> inTime() {
    return segments.stream().sorted(Comparator.comparingDouble(Segment::startS)).toList();
  }

  /** The whole text. */
  String text() {
    return inTime().stream().map(Segment::text).reduce("", Texts::join);
  }
}
