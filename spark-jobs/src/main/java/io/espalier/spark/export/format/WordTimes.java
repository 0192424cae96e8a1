package io.espalier.spark.export.format;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * NIST's CTM, as {@code sclite} reads it: recording, channel, start, duration, word, and the
 * confidence if it is known.
 *
 * @param measured whether the words have times of their own
 */
record WordTimes(boolean measured) implements TranscriptFormat {
  private static final String HEAD = ";; recording channel start duration word";
  private static final String SPREAD =
      ";; The time of a segment is divided among its words by their characters.";

  @Override
  public String head() {
    return measured ? HEAD + " confidence\n" : HEAD + "\n" + SPREAD + "\n";
  }

  @Override
  public String body(Recording recording) {
    String id = Texts.withoutSpaces(recording.id());
    List<Word> words =
        recording.inTime().stream()
            .flatMap(segment -> segment.timedWords().stream())
            .filter(word -> !word.text().isEmpty())
            .sorted(Comparator.comparingDouble(Word::startS))
            .toList();
    StringBuilder out = new StringBuilder();
    for (Word word : words) {
      out.append(
          String.format(
              Locale.ROOT,
              "%s 1 %.3f %.3f %s",
              id,
              word.startS(),
              Math.max(0, word.endS() - word.startS()),
              Texts.withoutSpaces(word.text())));
      word.confidence().ifPresent(c -> out.append(String.format(Locale.ROOT, " %.3f", c)));
      out.append('\n');
    }
    return out.toString();
  }
}
