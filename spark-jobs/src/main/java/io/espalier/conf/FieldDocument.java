package io.espalier.conf;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the sections of one document share.
 *
 * @param complaint what the message begins with
 * @param problems of all sections, in the order in which they were found
 * @param sections that were read
 * @param origins other files that values come from, by the paths of their keys; what is below a key
 *     comes from the same file
 */
record FieldDocument(
    String complaint, Set<String> problems, List<Fields> sections, Map<String, String> origins) {
  FieldDocument(String complaint, Map<String, String> origins) {
    this(complaint, new LinkedHashSet<>(), new ArrayList<>(), Map.copyOf(origins));
  }

  /** Where a value comes from, for messages; nothing if it is the document itself. */
  String origin(String path) {
    String rest = path;
    while (!origins.containsKey(rest)) {
      int end = Math.max(rest.lastIndexOf('.'), rest.lastIndexOf('['));
      if (end < 0) {
        return "";
      }
      rest = rest.substring(0, end);
    }
    return " (in %s)".formatted(origins.get(rest));
  }

  /** All problems: one in the same line, several in lines of their own. */
  String message() {
    if (problems.size() == 1) {
      return complaint + ": " + problems.iterator().next();
    }
    String separator = System.lineSeparator() + "  ";
    return String.format(Locale.ROOT, "%s, problems: %d", complaint, problems.size())
        + separator
        + String.join(separator, problems);
  }
}
