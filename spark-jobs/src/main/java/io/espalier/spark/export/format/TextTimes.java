package io.espalier.spark.export.format;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** When each character of a text is said. */
final class TextTimes {
  private final double[] startS;
  private final double[] endS;
  private final boolean measured;

  private TextTimes(double[] startS, double[] endS, boolean measured) {
    this.startS = startS;
    this.endS = endS;
    this.measured = measured;
  }

  /** All characters, spaces too, take the same time. */
  static TextTimes spread(String text, double fromS, double toS) {
    int count = text.length();
    double[] starts = new double[count];
    double[] ends = new double[count];
    for (int i = 0; i < count; i++) {
      starts[i] = fromS + (toS - fromS) * i / count;
      ends[i] = fromS + (toS - fromS) * (i + 1) / count;
    }
    return new TextTimes(starts, ends, false);
  }

  /**
   * Characters take the same part of their word's time.
   *
   * @return empty if the words are not those of the text
   */
  static Optional<TextTimes> measured(String text, List<Word> words) {
    double[] starts = new double[text.length()];
    double[] ends = new double[text.length()];
    int at = 0;
    for (Word word : words) {
      TextTimes within = spread(word.text(), word.startS(), word.endS());
      for (int i = 0; i < word.text().length(); i++) {
        if (word.text().charAt(i) == ' ') {
          continue;
        }
        at = skipSpaces(text, at);
        if (at == text.length() || text.charAt(at) != word.text().charAt(i)) {
          return Optional.empty();
        }
        starts[at] = within.startS[i];
        ends[at] = within.endS[i];
        at++;
      }
    }
    return words.isEmpty() || at < text.length()
        ? Optional.empty()
        : Optional.of(new TextTimes(starts, ends, true));
  }

  /** Whether the times are those of words, and not only those of the whole text. */
  boolean isMeasured() {
    return measured;
  }

  /** When the character at an offset begins, in seconds; not for spaces. */
  double startS(int offset) {
    return startS[offset];
  }

  /** When the character before an offset ends, in seconds; not for spaces. */
  double endS(int offset) {
    return endS[offset - 1];
  }

  /** The words of the text, and the characters of scripts without spaces. */
  List<Word> words(String text) {
    List<Word> words = new ArrayList<>();
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text);
    int from = 0;
    int last = characters.first();
    for (int at = characters.next(); at != BreakIterator.DONE; last = at, at = characters.next()) {
      boolean space = text.charAt(last) == ' ';
      boolean alone = Scripts.isSpaceless(text.codePointAt(last));
      if (space || alone) {
        add(words, text, from, last);
        from = space ? at : last;
      }
      if (alone) {
        add(words, text, from, at);
        from = at;
      }
    }
    add(words, text, from, text.length());
    return words;
  }

  private void add(List<Word> words, String text, int from, int to) {
    if (from < to) {
      words.add(new Word(text.substring(from, to), startS(from), endS(to), OptionalDouble.empty()));
    }
  }

  private static int skipSpaces(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at;
  }
}
