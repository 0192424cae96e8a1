package io.espalier.spark.stage;

import static java.util.stream.Collectors.joining;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** The number of rows with each warning. */
public final class WarningCounts {
  /** The column of warnings. */
  public static final String COLUMN = "warnings";

  private WarningCounts() {}

  /** Counts by code, with those of a row that a task has made. */
  public static Map<String, Long> plus(Map<String, Long> counts, Row row, int column) {
    if (row.isNullAt(column)) {
      return counts;
    }
    Map<String, Long> sum = new TreeMap<>(counts);
    for (String code : row.<String[]>getAs(column)) {
      sum.merge(code, 1L, Long::sum);
    }
    return sum;
  }

  /** A line for the summary, such as {@code Warnings: AUDIO_GAPS in 2 rows}; empty without any. */
  public static String line(Map<String, Long> counts) {
    return counts.isEmpty()
        ? ""
        : counts.entrySet().stream()
            .map(entry -> entry.getKey() + " in " + rows(entry.getValue()))
            .collect(joining(", ", System.lineSeparator() + "Warnings: ", ""));
  }

  private static String rows(long count) {
    return count == 1 ? "1 row" : count + " rows";
  }
}
