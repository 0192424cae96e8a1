package io.espalier.udfs.metrics;

/** The characters that sacreBLEU's {@code zh} tokeniser treats as Chinese. */
final class ChineseCharacters {
  /**
   * First and last, inclusive. The first pair stands where sacreBLEU means the supplementary
   * ideographs 20000 to 2A6D6, but its five-digit escapes read as four digits and one more
   * character, so that general punctuation, arrows and mathematical signs fall in and those
   * ideographs do not. Scores depend on it.
   */
  private static final int[][] RANGES = {
    {0x2001, 0x2A6D},
    {0x2E80, 0x2FDF},
    {0x2FF0, 0x303F},
    {0x3100, 0x312F},
    {0x31A0, 0x31EF},
    {0x3200, 0x4DB5},
    {0x4E00, 0x9FBB},
    {0xF900, 0xFA2D},
    {0xFA30, 0xFA6A},
    {0xFA70, 0xFAD9},
    {0xFE10, 0xFE1F},
    {0xFE30, 0xFE4F},
    {0xFF00, 0xFFEF},
  };

  private ChineseCharacters() {}

  /** Puts spaces around every Chinese character. */
  static String separate(String line) {
    StringBuilder out = new StringBuilder(2 * line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (isChinese(c)) {
        out.append(' ').append(c).append(' ');
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean isChinese(char c) {
    for (int[] range : RANGES) {
      if (c >= range[0] && c <= range[1]) {
        return true;
      }
    }
    return false;
  }
}
