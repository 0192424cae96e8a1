package io.espalier.spark.export.format;

/** Texts on one line. */
final class Texts {
  private Texts() {}

  /**
   * The text without control characters and line breaks, with single spaces. No-break spaces stay.
   *
   * @param text may be null
   */
  static String clean(String text) {
    if (text == null) {
      return "";
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (!Character.isWhitespace(c) && !Character.isISOControl(c)) {
                clean.appendCodePoint(c);
              } else if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' ') {
                clean.append(' ');
              }
            });
    return clean.toString().stripTrailing();
  }

  /** Two texts one after the other, with a space between them if their scripts have spaces. */
  static String join(String first, String second) {
    if (first.isEmpty() || second.isEmpty()) {
      return first + second;
    }
    boolean spaceless =
        Scripts.isSpaceless(first.codePointBefore(first.length()))
            && Scripts.isSpaceless(second.codePointAt(0));
    return spaceless ? first + second : first + " " + second;
  }

  /** A name for a format whose columns are separated by spaces. */
  static String withoutSpaces(String name) {
    String clean = clean(name).replaceAll("[\\s\\u00a0\\u2007\\u202f]", "_");
    return clean.isEmpty() ? "_" : clean;
  }
}
