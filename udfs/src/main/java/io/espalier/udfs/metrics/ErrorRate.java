package io.espalier.udfs.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Word and character edits of a hypothesis against a reference with JiWER 4's default transforms:
 * runs of two or more white-space characters become one space, the ends are stripped, and only the
 * space divides words. Case and punctuation stay. Characters are Unicode code points, spaces
 * included.
 *
 * <p>Time is O(n·m / 64) for n and m items, memory O(n + m); see {@link EditAligner}.
 */
public final class ErrorRate {
  private ErrorRate() {}

  /** The word edits that turn the reference into the hypothesis. */
  public static Edits words(String reference, String hypothesis) {
    Symbols symbols = new Symbols();
    return EditAligner.align(symbols.of(words(reference)), symbols.of(words(hypothesis)));
  }

  /** The character edits that turn the reference into the hypothesis. */
  public static Edits characters(String reference, String hypothesis) {
    return EditAligner.align(
        PythonText.strip(reference).codePoints().toArray(),
        PythonText.strip(hypothesis).codePoints().toArray());
  }

  /** A single tab or no-break space stays inside its word; a run of white space divides. */
  static List<String> words(String text) {
    String stripped = PythonText.strip(text);
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < stripped.length(); ) {
      int end = i;
      while (end < stripped.length() && PythonText.isSpace(stripped.charAt(end))) {
        end++;
      }
      if (end - i > 1 || (end - i == 1 && stripped.charAt(i) == ' ')) {
        words.add(stripped.substring(start, i));
        start = end;
      }
      i = Math.max(end, i + 1);
    }
    if (start < stripped.length()) {
      words.add(stripped.substring(start));
    }
    return words;
  }
}
