package io.espalier.spark.score;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Formats rows as text columns of the necessary width, with figures right-aligned. */
public final class TextTable {
  private final List<String> headers = new ArrayList<>();
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column of words. */
  public void words(String header) {
    headers.add(header);
    right.add(false);
  }

  /** Adds a column of figures. */
  public void figures(String header) {
    headers.add(header);
    right.add(true);
  }

  /** Adds a row with a cell for each column. */
  public void row(List<String> cells) {
    rows.add(List.copyOf(cells));
  }

  @Override
  public String toString() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(headers);
    lines.addAll(rows);
    int[] widths =
        IntStream.range(0, headers.size())
            .map(column -> lines.stream().mapToInt(line -> width(line.get(column))).max().orElse(0))
            .toArray();
    return lines.stream()
        .map(line -> line(line, widths))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String space = " ".repeat(widths[i] - width(cells.get(i)));
      line.append(i == 0 ? "" : "  ")
          .append(right.get(i) ? space + cells.get(i) : cells.get(i) + space);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
