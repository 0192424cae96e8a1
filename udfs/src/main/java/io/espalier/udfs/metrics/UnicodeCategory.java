package io.espalier.udfs.metrics;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Unicode's general categories as of version 17: Java's own, and for characters that Java 17, which
 * has Unicode 13, does not know, a list. Newer emoji are among them.
 */
final class UnicodeCategory {
  private static final String RESOURCE = "unicode-after-13.tsv";
  private static final int NUMBERS =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;
  private static final int PUNCTUATION =
      1 << Character.CONNECTOR_PUNCTUATION
          | 1 << Character.DASH_PUNCTUATION
          | 1 << Character.START_PUNCTUATION
          | 1 << Character.END_PUNCTUATION
          | 1 << Character.INITIAL_QUOTE_PUNCTUATION
          | 1 << Character.FINAL_QUOTE_PUNCTUATION
          | 1 << Character.OTHER_PUNCTUATION;
  private static final int SYMBOLS =
      1 << Character.MATH_SYMBOL
          | 1 << Character.CURRENCY_SYMBOL
          | 1 << Character.MODIFIER_SYMBOL
          | 1 << Character.OTHER_SYMBOL;
  private static final int MARKS =
      1 << Character.NON_SPACING_MARK
          | 1 << Character.ENCLOSING_MARK
          | 1 << Character.COMBINING_SPACING_MARK;

  private UnicodeCategory() {}

  /** Category N. */
  static boolean isNumber(int c) {
    return in(NUMBERS, c);
  }

  /** Category P. */
  static boolean isPunctuation(int c) {
    return in(PUNCTUATION, c);
  }

  /** Category S. */
  static boolean isSymbol(int c) {
    return in(SYMBOLS, c);
  }

  /** Category Mn. */
  static boolean isNonSpacingMark(int c) {
    return in(1 << Character.NON_SPACING_MARK, c);
  }

  /** Categories M, S and P. */
  static boolean isMarkSymbolOrPunctuation(int c) {
    return in(MARKS | SYMBOLS | PUNCTUATION, c);
  }

  private static boolean in(int categories, int c) {
    int type = Character.getType(c);
    return (categories >>> (type == Character.UNASSIGNED ? Later.type(c) : type) & 1) != 0;
  }

  /** Characters that came after version 13, read only when the first is met. */
  private static final class Later {
    private static final NavigableMap<Integer, Range> RANGES = read();

    static int type(int c) {
      Map.Entry<Integer, Range> entry = RANGES.floorEntry(c);
      return entry == null || c > entry.getValue().last()
          ? Character.UNASSIGNED
          : entry.getValue().type();
    }

    private static NavigableMap<Integer, Range> read() {
      NavigableMap<Integer, Range> ranges = new TreeMap<>();
      for (String[] line : Resources.tabSeparated(RESOURCE)) {
        int type =
            switch (line[2]) {
              case "Mn" -> Character.NON_SPACING_MARK;
              case "M" -> Character.COMBINING_SPACING_MARK;
              case "N" -> Character.OTHER_NUMBER;
              case "P" -> Character.OTHER_PUNCTUATION;
              default -> Character.OTHER_SYMBOL;
            };
        ranges.put(Integer.parseInt(line[0], 16), new Range(Integer.parseInt(line[1], 16), type));
      }
      return ranges;
    }
  }

  private record Range(int last, int type) {}
}
