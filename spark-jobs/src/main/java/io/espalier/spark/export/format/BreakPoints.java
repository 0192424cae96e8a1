package io.espalier.spark.export.format;

import io.espalier.spark.export.format.BreakPoint.Kind;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Finds where a text can be divided: at spaces, and in scripts without spaces where Java's rules
 * for line breaks allow it. A word with spaces around it is never divided.
 */
final class BreakPoints {
  private static final String SENTENCE_ENDS = ".!?…。！？｡؟۔।॥";
  private static final String CLAUSE_ENDS = ",;:—–、，；：､،؛";
  private static final String CLOSING = "\"'”’»›)]}）」』】》〉";

  private static final Locale THAI = Locale.forLanguageTag("th");

  private BreakPoints() {}

  /**
   * The places in order; the end of the text is the last one.
   *
   * @param text {@link Texts#clean clean} and not empty
   */
  static List<BreakPoint> of(String text) {
    return of(text, false);
  }

  /** The same, and places between any two characters of scripts without spaces. */
  static List<BreakPoint> ofCharacters(String text) {
    return of(text, true);
  }

  private static List<BreakPoint> of(String text, boolean characters) {
    boolean[] inside = insideWords(text, characters);
    List<BreakPoint> points = new ArrayList<>();
    for (int i = 1; i < text.length(); i++) {
      if (text.charAt(i) == ' ') {
        points.add(new BreakPoint(i, i + 1, kind(text, i, i + 1, Kind.WORD)));
      } else if (inside[i]) {
        points.add(new BreakPoint(i, i, kind(text, i, i, Kind.CHARACTER)));
      }
    }
    points.add(new BreakPoint(text.length(), text.length(), Kind.SENTENCE));
    return points;
  }

  /** Whether the text can be divided at an offset without a space. */
  private static boolean[] insideWords(String text, boolean characters) {
    boolean[] inside = new boolean[text.length() + 1];
    if (text.codePoints().noneMatch(Scripts::isSpaceless)) {
      return inside;
    }
    IntPredicate apart = characters ? Scripts::isSpaceless : Scripts::isUnknownToJava;
    // Thai's rules are those of all languages, and a dictionary.
    mark(inside, text, BreakIterator.getLineInstance(THAI), Scripts::isSpaceless, false);
    mark(inside, text, BreakIterator.getCharacterInstance(THAI), apart, true);
    return inside;
  }

  /**
   * Marks the places of an iterator that are next to certain characters.
   *
   * @param both whether they are between two of them
   */
  private static void mark(
      boolean[] inside, String text, BreakIterator places, IntPredicate characters, boolean both) {
    places.setText(text);
    places.first();
    for (int at = places.next(); at != BreakIterator.DONE && at < text.length(); ) {
      boolean before = characters.test(text.codePointBefore(at));
      boolean after = characters.test(text.codePointAt(at));
      boolean space = text.charAt(at - 1) == ' ' || text.charAt(at) == ' ';
      if (!space && (both ? before && after : before || after)) {
        inside[at] = true;
      }
      at = places.next();
    }
  }

  private static Kind kind(String text, int end, int next, Kind otherwise) {
    int last = end - 1;
    while (last > 0 && CLOSING.indexOf(text.charAt(last)) >= 0) {
      last--;
    }
    char mark = text.charAt(last);
    if (SENTENCE_ENDS.indexOf(mark) >= 0) {
      // An abbreviation, as in "z.B. die".
      boolean goesOn = mark == '.' && Character.isLowerCase(text.codePointAt(next));
      return goesOn ? otherwise : Kind.SENTENCE;
    }
    return CLAUSE_ENDS.indexOf(mark) >= 0 ? Kind.CLAUSE : otherwise;
  }
}
