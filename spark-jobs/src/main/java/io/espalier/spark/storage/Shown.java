package io.espalier.spark.storage;

import java.util.Locale;
import java.util.stream.Collectors;

/** Makes names safe for messages: shortens them and removes control characters. */
public final class Shown {
  private static final int LONGEST = 300;

  private Shown() {}

  public static String name(String text) {
    String visible =
        text.codePoints()
            .limit(2L * LONGEST)
            .mapToObj(Shown::visible)
            .collect(Collectors.joining());
    return visible.length() <= LONGEST
        ? visible
        : String.format(
            Locale.ROOT, "%s... (%d characters)", visible.substring(0, LONGEST), text.length());
  }

  private static String visible(int character) {
    int type = Character.getType(character);
    boolean hidden =
        type == Character.CONTROL
            || type == Character.FORMAT
            || type == Character.SURROGATE
            || type == Character.LINE_SEPARATOR
            || type == Character.PARAGRAPH_SEPARATOR;
    return hidden
        ? String.format(Locale.ROOT, "\\u%04X", character)
        : Character.toString(character);
  }
}
