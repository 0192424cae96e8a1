package io.espalier.udfs.metrics;

/** The four substitutions that mteval-v13a makes, in its order, each in one pass over the line. */
final class WesternTokens {
  private WesternTokens() {}

  /** Puts spaces around what is a token of its own. */
  static String separate(String line) {
    return dashAfterDigit(stopBeforeNonDigit(stopAfterNonDigit(symbols(line))));
  }

  private static String symbols(String line) {
    StringBuilder out = new StringBuilder(line.length() + line.length() / 2);
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (isSymbol(c)) {
        out.append(' ').append(c).append(' ');
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** All of ASCII's, save the apostrophe, the comma, the dash and the full stop. */
  private static boolean isSymbol(char c) {
    return (c >= '{' && c <= '~')
        || (c >= '[' && c <= '`')
        || (c >= ' ' && c <= '&')
        || (c >= '(' && c <= '+')
        || (c >= ':' && c <= '@')
        || c == '/';
  }

  private static String stopAfterNonDigit(String line) {
    StringBuilder out = new StringBuilder(line.length() + line.length() / 4);
    int last = line.length() - 1;
    for (int i = 0; i <= last; i++) {
      out.append(line.charAt(i));
      if (i < last && !isDigit(line.charAt(i)) && isStop(line.charAt(i + 1))) {
        i++;
        out.append(' ').append(line.charAt(i)).append(' ');
      }
    }
    return out.toString();
  }

  private static String stopBeforeNonDigit(String line) {
    StringBuilder out = new StringBuilder(line.length() + line.length() / 4);
    int last = line.length() - 1;
    for (int i = 0; i <= last; i++) {
      char c = line.charAt(i);
      if (i < last && isStop(c) && !isDigit(line.charAt(i + 1))) {
        i++;
        out.append(' ').append(c).append(' ').append(line.charAt(i));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static String dashAfterDigit(String line) {
    StringBuilder out = new StringBuilder(line.length() + line.length() / 4);
    int last = line.length() - 1;
    for (int i = 0; i <= last; i++) {
      out.append(line.charAt(i));
      if (i < last && isDigit(line.charAt(i)) && line.charAt(i + 1) == '-') {
        i++;
        out.append(" - ");
      }
    }
    return out.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isStop(char c) {
    return c == '.' || c == ',';
  }
}
