package io.espalier.spark.export.format;

import io.espalier.spark.export.format.BreakPoint.Kind;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Divides a segment into cues. Of all divisions whose cues fit, it takes the cheapest: each cue
 * costs something, and so does an end inside a sentence, a short cue, a long one, and a pause
 * within a cue.
 */
final class CueSplitter {
  private static final double CUE = 1;
  private static final double SHORT = 0.6;
  private static final double SENTENCE_INSIDE = 0.3;
  private static final double EXCESS_PER_S = 0.5;
  private static final double PAUSE_INSIDE = 5;
  private static final double PAUSE_S = 1.5;
  private static final double MS = 1000;

  private final CueStyle style;

  CueSplitter(CueStyle style) {
    this.style = style;
  }

  /**
   * The cues of a segment, in order, with the times of their texts.
   *
   * @param indent columns that are taken at the start of the first cue
   */
  List<Cue> split(Segment segment, int indent) {
    Search search = new Search(segment, indent);
    Deque<Cue> cues = new ArrayDeque<>();
    int end = search.points.size();
    while (end > 0) {
      int start = search.from[end];
      cues.addFirst(search.cue(start, end));
      end = start;
    }
    return List.copyOf(cues);
  }

  /** The best divisions of a text's beginnings: unit {@code i} ends at break {@code i}. */
  private final class Search {
    private final Segment segment;
    private final String text;
    private final TextTimes times;
    private final List<BreakPoint> points;
    private final int[] columns;
    private final double[] best;
    private final int[] from;

    Search(Segment segment, int indent) {
      this.segment = segment;
      text = segment.text();
      times = segment.times();
      points = BreakPoints.of(text);
      columns = columns(text);
      best = new double[points.size() + 1];
      from = new int[points.size() + 1];
      Arrays.fill(best, Double.POSITIVE_INFINITY);
      best[0] = 0;
      for (int start = 0; start < points.size(); start++) {
        extend(start, start == 0 ? indent : 0);
      }
    }

    /** Tries all cues that begin with a unit. */
    private void extend(int start, int indent) {
      int lines = 1;
      int lineStart = begin(start);
      int room = style.lineLength() - indent;
      double inside = 0;
      for (int end = start + 1; end <= points.size(); end++) {
        BreakPoint point = points.get(end - 1);
        int unit = begin(end - 1);
        if (columns[point.end()] - columns[lineStart] > room) {
          // A first unit that is too long for its line must still come out.
          lines += unit > lineStart || (indent > 0 && end == start + 1) ? 1 : 0;
          lineStart = unit;
          room = style.lineLength();
          boolean tooWide = columns[point.end()] - columns[lineStart] > room;
          if (end > start + 1 && (lines > style.lines() || tooWide)) {
            return;
          }
        }
        if (end > start + 1) {
          inside += inside(points.get(end - 2));
        }
        double cost = best[start] + CUE + inside + cost(begin(start), point);
        if (cost < best[end]) {
          best[end] = cost;
          from[end] = start;
        }
      }
    }

    /** What it costs that a cue goes on beyond a break. */
    private double inside(BreakPoint point) {
      boolean pause =
          times.isMeasured() && times.startS(point.next()) - times.endS(point.end()) >= PAUSE_S;
      return (point.kind() == Kind.SENTENCE ? SENTENCE_INSIDE : 0) + (pause ? PAUSE_INSIDE : 0);
    }

    private double cost(int start, BreakPoint end) {
      double half = style.lineLength() / 2.0;
      double lacking = Math.max(0, 1 - (columns[end.end()] - columns[start]) / half);
      double seconds = times.endS(end.end()) - times.startS(start);
      // Beyond that, the time is a pause rather than slow speech.
      double excess = Math.min(Math.max(0, seconds - style.maxS()), style.maxS());
      return end.kind().cost() + SHORT * lacking + EXCESS_PER_S * excess;
    }

    private Cue cue(int start, int end) {
      int first = begin(start);
      int last = points.get(end - 1).end();
      return new Cue(
          segment.part(),
          Math.round(times.startS(first) * MS),
          Math.round(times.endS(last) * MS),
          text.substring(first, last),
          segment.speaker());
    }

    private int begin(int unit) {
      return unit == 0 ? 0 : points.get(unit - 1).next();
    }
  }

  /** Columns before each offset. */
  private static int[] columns(String text) {
    int[] columns = new int[text.length() + 1];
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      Arrays.fill(columns, i + 1, next + 1, columns[i] + Scripts.width(c));
      i = next;
    }
    return columns;
  }
}
