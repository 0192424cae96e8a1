package io.espalier.udfs.metrics;

/** Unicode's one-letter general categories, in the Java runtime's Unicode version. */
final class UnicodeCategory {
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

  /** Categories M, S and P. */
  static boolean isMarkSymbolOrPunctuation(int c) {
    return in(MARKS | SYMBOLS | PUNCTUATION, c);
  }

  private static boolean in(int categories, int c) {
    return (categories >>> Character.getType(c) & 1) != 0;
  }
}
