package io.espalier.conf;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The values and names of others as messages show them: short, in one line, harmless to a terminal.
 * Characters that control a terminal or the direction of text are written as Java's escapes.
 */
public final class Shown {
  private static final int LONGEST_VALUE = 200;
  private static final int LONGEST_NAME = 300;
  private static final String MORE = "...";

  private final StringBuilder text = new StringBuilder();

  private Shown() {}

  /**
   * A value as YAML or JSON gave it.
   *
   * @return at most 200 characters; a text that was longer ends with three dots
   */
  public static String of(Object value) {
    Shown shown = new Shown();
    shown.add(value);
    return shown.text.length() <= LONGEST_VALUE
        ? shown.text.toString()
        : begin(shown.text, LONGEST_VALUE - MORE.length()) + MORE;
  }

  /**
   * A name, such as a path.
   *
   * @return its first 300 characters; a name that was longer is followed by its length
   */
  public static String name(String name) {
    Shown shown = new Shown();
    shown.addText(name, LONGEST_NAME);
    return shown.text.length() <= LONGEST_NAME
        ? shown.text.toString()
        : String.format(
            Locale.ROOT,
            "%s%s (%d characters)",
            begin(shown.text, LONGEST_NAME),
            MORE,
            name.length());
  }

  private static String begin(StringBuilder text, int length) {
    boolean cut = Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, cut ? length - 1 : length);
  }

  private boolean full() {
    return text.length() > LONGEST_VALUE;
  }

  private void add(Object value) {
    if (value instanceof List<?> list) {
      text.append('[');
      Iterator<?> items = list.iterator();
      while (items.hasNext() && !full()) {
        add(items.next());
        text.append(items.hasNext() ? ", " : "]");
      }
      text.append(list.isEmpty() ? "]" : "");
    } else if (value instanceof Map<?, ?> map) {
      text.append('{');
      Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
      while (entries.hasNext() && !full()) {
        Map.Entry<?, ?> entry = entries.next();
        add(entry.getKey());
        text.append('=');
        add(entry.getValue());
        text.append(entries.hasNext() ? ", " : "}");
      }
      text.append(map.isEmpty() ? "}" : "");
    } else {
      addText(String.valueOf(value), LONGEST_VALUE);
    }
  }

  /** Adds a text until there are more than {@code most} characters. */
  private void addText(String value, int most) {
    for (int i = 0; i < value.length() && text.length() <= most; ) {
      int character = value.codePointAt(i);
      if (isHarmless(character)) {
        text.appendCodePoint(character);
      } else {
        text.append(String.format(Locale.ROOT, "\\u%04X", character));
      }
      i += Character.charCount(character);
    }
  }

  private static boolean isHarmless(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
