package io.espalier.tools.corpus;

import io.espalier.conf.UsageException;
import java.util.List;
import java.util.Locale;

/**
 * Things that may fill a placeholder, one row each, in full form.
 *
 * @param name the placeholder's name
 * @param columns what each cell of a row is: {@code LANGUAGE}, {@code LANGUAGE.form} or {@code all}
 * @param rows cells in the order of the columns
 */
record Slot(String name, List<String> columns, List<List<String>> rows) {
  private static final String ANY_LANGUAGE = "all";

  Slot {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new UsageException(
            String.format(
                Locale.ROOT,
                "Cannot use slot %s: row %s has %d cells, but its columns are %s",
                name,
                row,
                row.size(),
                columns));
      }
    }
    if (rows.isEmpty()) {
      throw new UsageException("Cannot use slot %s: it has no rows".formatted(name));
    }
  }

  /**
   * Column that a placeholder takes.
   *
   * @param form name of the form, empty for the plain one
   */
  int column(String language, String form) {
    int column = columns.indexOf(form.isEmpty() ? language : language + "." + form);
    if (column < 0 && form.isEmpty()) {
      column = columns.indexOf(ANY_LANGUAGE);
    }
    if (column < 0) {
      throw new UsageException(
          "Cannot fill {%s%s} in language %s: the slot's columns are %s"
              .formatted(name, form.isEmpty() ? "" : "." + form, language, columns));
    }
    return column;
  }
}
