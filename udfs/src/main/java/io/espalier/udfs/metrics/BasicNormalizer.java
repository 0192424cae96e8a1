package io.espalier.udfs.metrics;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Whisper's normaliser for any language: lower case, what stands in brackets dropped, NFKC, every
 * mark, symbol and punctuation mark a space, runs of white space one space.
 */
public final class BasicNormalizer {
  private static final Pattern BRACKETS = Pattern.compile("[<\\[][^>\\]]*[>\\]]");
  private static final Pattern PARENTHESES = Pattern.compile("\\([^)]+?\\)");
  private static final Pattern SPACES = Pattern.compile(PythonText.SPACE + "+");

  private BasicNormalizer() {}

  /** The text as it is compared. */
  public static String normalize(String text) {
    String bare = withoutBrackets(PythonText.lower(text));
    StringBuilder kept = new StringBuilder(bare.length());
    Normalizer.normalize(bare, Normalizer.Form.NFKC)
        .codePoints()
        .forEach(c -> kept.appendCodePoint(UnicodeCategory.isMarkSymbolOrPunctuation(c) ? ' ' : c));
    return squeeze(PythonText.lower(kept.toString()));
  }

  /** Drops what stands between angle or square brackets and between parentheses. */
  static String withoutBrackets(String text) {
    return PARENTHESES.matcher(BRACKETS.matcher(text).replaceAll("")).replaceAll("");
  }

  /** Makes every run of white space one space. */
  static String squeeze(String text) {
    return SPACES.matcher(text).replaceAll(" ");
  }
}
