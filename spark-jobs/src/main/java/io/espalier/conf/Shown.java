package io.espalier.conf;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The values of others as messages show them: short, in one line, harmless to a terminal. */
public final class Shown {
  private static final int MOST = 200;

  private final StringBuilder text = new StringBuilder();

  private Shown() {}

  /**
   * A value as YAML or JSON gave it.
   *
   * @return at most 200 characters, without those that control terminals or the direction of text;
   *     a text that was longer ends with three dots
   */
  public static String of(Object value) {
    Shown shown = new Shown();
    shown.add(value);
    if (shown.text.length() > MOST) {
      shown.text.setLength(MOST - 3);
      shown.text.append("...");
    }
    return shown.text.toString();
  }

  private boolean full() {
    return text.length() > MOST;
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
      addText(String.valueOf(value));
    }
  }

  private void addText(String value) {
    for (int i = 0; i < value.length() && !full(); i++) {
      char c = value.charAt(i);
      text.append(isHarmless(c) ? c : '?');
    }
  }

  private static boolean isHarmless(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
