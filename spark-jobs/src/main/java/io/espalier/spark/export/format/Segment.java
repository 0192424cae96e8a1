package io.espalier.spark.export.format;

import java.util.List;
import java.util.Optional;

/**
 * A part of a recording in which one text was said.
 *
 * @param part number of the row that it comes from, in order of time
 * @param startS seconds from the start of the recording
 * @param endS seconds from the start of the recording, at least {@code startS}
 * @param text without line breaks
 * @param speaker who says it, if known
 * @param words of the text, with times; empty if their times are not known
 */
public record Segment(
    int part, double startS, double endS, String text, Optional<String> speaker, List<Word> words) {
  public Segment {
    words = List.copyOf(words);
  }

  /**
   * A segment of any text.
   *
   * @param text may be null, and may have line breaks
   */
  public static Segment of(
      int part,
      double startS,
      double endS,
      String text,
      Optional<String> speaker,
      List<Word> words) {
    Optional<String> name = speaker.map(Texts::clean).filter(clean -> !clean.isEmpty());
    return new Segment(part, startS, endS, Texts.clean(text), name, words);
  }

  /** The same segment with these words. */
  public Segment with(List<Word> others) {
    return new Segment(part, startS, endS, text, speaker, others);
  }

  /** When each character is said. */
  TextTimes times() {
    return TextTimes.measured(text, words).orElseGet(() -> TextTimes.spread(text, startS, endS));
  }

  /**
   * The words; if their times are not known, in proportion to their characters. Characters of
   * scripts without spaces are words of their own.
   */
  List<Word> timedWords() {
    return words.isEmpty() ? TextTimes.spread(text, startS, endS).words(text) : words;
  }
}
