package io.espalier.udfs.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Python's meaning of white space, case and splitting. The reference metrics are Python programs,
 * and Java's {@code strip}, {@code split} and {@code toLowerCase} differ from Python's in a few
 * characters, such as the no-break space, U+001C to U+001F and the final sigma.
 */
final class PythonText {
  /** What {@code \s} and {@code str.isspace} accept, as a regular expression's class. */
  static final String SPACE =
      "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

  /** What {@code \w} accepts, as a regular expression's class. */
  static final String WORD = "[\\p{L}\\p{N}_]";

  private static final int CAPITAL_SIGMA = 0x3A3;
  private static final int SMALL_SIGMA = 0x3C3;
  private static final int FINAL_SIGMA = 0x3C2;

  private PythonText() {}

  /** Whether {@code str.isspace} holds for this character; all of them are in the BMP. */
  static boolean isSpace(int c) {
    if (c <= 0x20) {
      return c == 0x20 || (c >= 0x09 && c <= 0x0D) || c >= 0x1C;
    }
    return c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  /** {@code str.rstrip()}. */
  static String rstrip(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** {@code str.strip()}. */
  static String strip(String text) {
    String right = rstrip(text);
    int start = 0;
    while (start < right.length() && isSpace(right.charAt(start))) {
      start++;
    }
    return right.substring(start);
  }

  /** {@code str.split()}: the pieces between runs of white space, none of them empty. */
  static List<String> split(String text) {
    List<String> pieces = new ArrayList<>();
    int start = -1;
    for (int i = 0; i < text.length(); i++) {
      if (isSpace(text.charAt(i))) {
        if (start >= 0) {
          pieces.add(text.substring(start, i));
        }
        start = -1;
      } else if (start < 0) {
        start = i;
      }
    }
    if (start >= 0) {
      pieces.add(text.substring(start));
    }
    return pieces;
  }

  /** {@code ''.join(text.split())}. */
  static String withoutSpace(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (!isSpace(text.charAt(i))) {
        kept.append(text.charAt(i));
      }
    }
    return kept.toString();
  }

  /** {@code str.lower()}: Unicode's full lower-casing, whatever the default locale. */
  static String lower(String text) {
    StringBuilder lowered = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      int small = c == CAPITAL_SIGMA ? sigma(text, i, next) : Character.toLowerCase(c);
      if (lowered == null && (small != c || c == 0x130)) {
        lowered = new StringBuilder(text.length() + 8).append(text, 0, i);
      }
      if (lowered != null) {
        if (c == 0x130) {
          lowered.append("i\u0307"); // the one character whose lower case is two
        } else {
          lowered.appendCodePoint(small);
        }
      }
      i = next;
    }
    return lowered == null ? text : lowered.toString();
  }

  /** A sigma is final after a cased letter and not before one, case-ignorable ones skipped. */
  private static int sigma(String text, int start, int end) {
    int before = start;
    int c = -1;
    while (before > 0) {
      c = text.codePointBefore(before);
      if (!isCaseIgnorable(c)) {
        break;
      }
      before -= Character.charCount(c);
    }
    if (before == 0 || !isCased(c)) {
      return SMALL_SIGMA;
    }
    int after = end;
    while (after < text.length()) {
      c = text.codePointAt(after);
      if (!isCaseIgnorable(c)) {
        return isCased(c) ? SMALL_SIGMA : FINAL_SIGMA;
      }
      after += Character.charCount(c);
    }
    return FINAL_SIGMA;
  }

  private static boolean isCased(int c) {
    return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
  }

  private static boolean isCaseIgnorable(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default ->
          "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A"
                  .indexOf(c)
              >= 0;
    };
  }
}
