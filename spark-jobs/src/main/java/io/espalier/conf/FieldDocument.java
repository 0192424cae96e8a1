package io.espalier.conf;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the sections of one document share.
 *
 * @param complaint what the message begins with
 * @param problems of all sections, in the order in which they were found
 * @param sections that were read
 */
record FieldDocument(String complaint, Set<String> problems, List<Fields> sections) {
  FieldDocument(String complaint) {
    this(complaint, new LinkedHashSet<>(), new ArrayList<>());
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
