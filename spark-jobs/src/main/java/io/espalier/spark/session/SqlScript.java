package io.espalier.spark.session;

import java.util.ArrayList;
import java.util.List;

/** Splits text into statements, at semicolons outside strings and comments. */
final class SqlScript {
  private final String text;
  private final List<String> statements = new ArrayList<>();
  private int start;
  private int at;

  private SqlScript(String text) {
    this.text = text;
  }

  /** The parts of a text: complete statements, and the rest after the last semicolon. */
  record Parts(List<String> statements, String rest) {}

  static Parts split(String text) {
    SqlScript script = new SqlScript(text);
    script.scan();
    return new Parts(List.copyOf(script.statements), text.substring(script.start));
  }

  private void scan() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ';') {
        add(text.substring(start, at));
        start = at + 1;
        at++;
      } else if (c == '\'' || c == '"' || c == '`') {
        skipQuoted(c);
      } else if (text.startsWith("--", at)) {
        skipTo("\n");
      } else if (text.startsWith("/*", at)) {
        skipTo("*/");
      } else {
        at++;
      }
    }
  }

  private void add(String statement) {
    if (!statement.isBlank()) {
      statements.add(statement.strip());
    }
  }

  private void skipQuoted(char quote) {
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      at += text.charAt(at) == '\\' && quote != '`' ? 2 : 1;
    }
    at++;
  }

  private void skipTo(String end) {
    int found = text.indexOf(end, at);
    at = found < 0 ? text.length() : found + end.length();
  }
}
