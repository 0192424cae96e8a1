package io.espalier.udfs.metrics;

/**
 * The three substitutions of mteval-v14: punctuation beside anything but a number, then symbols,
 * become tokens. A full stop after a number at the very end of the line stays with the number, as
 * in the original.
 */
final class InternationalTokens {
  private InternationalTokens() {}

  /** Puts spaces around what is a token of its own. */
  static String separate(String line) {
    return symbols(punctuationBeforeNonNumber(punctuationAfterNonNumber(line)));
  }

  private static String punctuationAfterNonNumber(String line) {
    int[] c = line.codePoints().toArray();
    StringBuilder out = new StringBuilder(line.length() + line.length() / 4);
    for (int i = 0; i < c.length; i++) {
      out.appendCodePoint(c[i]);
      if (i + 1 < c.length && !isNumber(c[i]) && isPunctuation(c[i + 1])) {
        i++;
        out.append(' ').appendCodePoint(c[i]).append(' ');
      }
    }
    return out.toString();
  }

  private static String punctuationBeforeNonNumber(String line) {
    int[] c = line.codePoints().toArray();
    StringBuilder out = new StringBuilder(line.length() + line.length() / 4);
    for (int i = 0; i < c.length; i++) {
      if (i + 1 < c.length && isPunctuation(c[i]) && !isNumber(c[i + 1])) {
        out.append(' ').appendCodePoint(c[i]).append(' ');
        i++;
      }
      out.appendCodePoint(c[i]);
    }
    return out.toString();
  }

  private static String symbols(String line) {
    StringBuilder out = new StringBuilder(line.length() + line.length() / 4);
    line.codePoints()
        .forEach(
            c -> {
              if (UnicodeCategory.isSymbol(c)) {
                out.append(' ').appendCodePoint(c).append(' ');
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  private static boolean isNumber(int c) {
    return UnicodeCategory.isNumber(c);
  }

  private static boolean isPunctuation(int c) {
    return UnicodeCategory.isPunctuation(c);
  }
}
