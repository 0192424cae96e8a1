package io.espalier.audio;

import java.util.Locale;

/** Formats seconds for messages. */
public final class Seconds {
  private static final int DIGITS = 2;
  private static final int MOST_DIGITS = 6;

  private Seconds() {}

  /** Two decimal places. */
  public static String text(double seconds) {
    return text(seconds, DIGITS);
  }

  /** With enough decimal places to distinguish the number from another one. */
  public static String text(double seconds, double other) {
    int digits = DIGITS;
    while (digits < MOST_DIGITS && text(seconds, digits).equals(text(other, digits))) {
      digits++;
    }
    return text(seconds, seconds == other ? DIGITS : digits);
  }

  private static String text(double seconds, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", seconds);
  }
}
