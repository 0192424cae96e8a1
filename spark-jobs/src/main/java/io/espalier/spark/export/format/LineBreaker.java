package io.espalier.spark.export.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Divides the text of a cue into as few lines as it needs, of about the same length. */
final class LineBreaker {
  /** Weight of a line that is too long, because one word is. */
  private static final double TOO_LONG = 100;

  /** How much a break at the end of a clause is worth, in columns of a line, squared. */
  private static final double KIND_WEIGHT = 0.02;

  private final CueStyle style;

  LineBreaker(CueStyle style) {
    this.style = style;
  }

  /** Whether a text fits into a cue. */
  boolean fits(String text) {
    return fits(text, BreakPoints.of(text));
  }

  private boolean fits(String text, List<BreakPoint> points) {
    int[] widths = fewest(text, points);
    return widths.length <= style.lines()
        && Arrays.stream(widths).allMatch(width -> width <= style.lineLength());
  }

  /** The lines of a text; longer than allowed, or more, if it does not {@link #fits fit}. */
  List<String> lines(String text) {
    List<BreakPoint> points = points(text);
    int count = fewest(text, points).length;
    if (count == 1) {
      return List.of(text);
    }
    int units = points.size();
    double target = (double) Scripts.width(text) / count;
    double[][] best = new double[count + 1][units + 1];
    int[][] from = new int[count + 1][units + 1];
    for (double[] row : best) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    best[0][0] = 0;
    for (int line = 1; line <= count; line++) {
      for (int end = line; end <= units; end++) {
        for (int start = line - 1; start < end; start++) {
          double cost = best[line - 1][start] + cost(text, points, start, end, target);
          if (cost < best[line][end]) {
            best[line][end] = cost;
            from[line][end] = start;
          }
        }
      }
    }
    Deque<String> lines = new ArrayDeque<>();
    int end = units;
    for (int line = count; line > 0; line--) {
      lines.addFirst(text.substring(begin(points, from[line][end]), points.get(end - 1).end()));
      end = from[line][end];
    }
    return List.copyOf(lines);
  }

  /**
   * Where the text may be divided. Java's words of a part of a text are not always those of the
   * text, so that a part may need more lines than it had; then characters are divided.
   */
  private List<BreakPoint> points(String text) {
    List<BreakPoint> words = BreakPoints.of(text);
    if (fits(text, words)) {
      return words;
    }
    List<BreakPoint> characters = BreakPoints.ofCharacters(text);
    return fits(text, characters) ? characters : words;
  }

  private double cost(String text, List<BreakPoint> points, int start, int end, double target) {
    BreakPoint last = points.get(end - 1);
    int width = Scripts.width(text.substring(begin(points, start), last.end()));
    double off = (width - target) / style.lineLength();
    double excess = Math.max(0, width - style.lineLength());
    return off * off + excess * TOO_LONG + last.kind().cost() * KIND_WEIGHT;
  }

  /** Widths of the lines, each filled as far as it goes. */
  private int[] fewest(String text, List<BreakPoint> points) {
    List<Integer> widths = new ArrayList<>();
    int lineStart = 0;
    int width = 0;
    int unitStart = 0;
    for (BreakPoint point : points) {
      int whole = Scripts.width(text.substring(lineStart, point.end()));
      if (whole > style.lineLength() && unitStart > lineStart) {
        widths.add(width);
        lineStart = unitStart;
        whole = Scripts.width(text.substring(lineStart, point.end()));
      }
      width = whole;
      unitStart = point.next();
    }
    widths.add(width);
    return widths.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int begin(List<BreakPoint> points, int unit) {
    return unit == 0 ? 0 : points.get(unit - 1).next();
  }
}
