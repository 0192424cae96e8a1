package io.espalier.spark.export.format;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/** What subtitles need to know about scripts. */
final class Scripts {
  private static final Set<UnicodeScript> WIDE =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.YI,
          UnicodeScript.HANGUL);

  /** Scripts without spaces for which Java has no dictionary. */
  private static final Set<UnicodeScript> UNKNOWN_WORDS =
      EnumSet.of(UnicodeScript.LAO, UnicodeScript.KHMER, UnicodeScript.MYANMAR);

  private Scripts() {}

  /** Whether words of the character's script have no spaces between them. */
  static boolean isSpaceless(int c) {
    UnicodeScript script = UnicodeScript.of(c);
    return script == UnicodeScript.THAI
        || isUnknownToJava(c)
        || (script != UnicodeScript.HANGUL && WIDE.contains(script))
        || isWidePunctuation(c);
  }

  /** Whether Java does not know the words of a script without spaces. */
  static boolean isUnknownToJava(int c) {
    return UNKNOWN_WORDS.contains(UnicodeScript.of(c));
  }

  /** Columns that a character takes: 2 for those of East Asia, 0 for marks on others, else 1. */
  static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    return WIDE.contains(UnicodeScript.of(c)) || isWidePunctuation(c) ? 2 : 1;
  }

  /** Columns that a text takes. */
  static int width(String text) {
    return text.codePoints().map(Scripts::width).sum();
  }

  /** Punctuation of East Asia, and the full-width forms of ASCII. */
  private static boolean isWidePunctuation(int c) {
    return (c >= 0x3000 && c <= 0x303F) || c == 0x30FC || (c >= 0xFF01 && c <= 0xFF60);
  }
}
