package io.espalier.spark.export;

import io.espalier.spark.export.format.Segment;
import io.espalier.spark.export.format.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;

/**
 * Reads the segments and words of a row of the {@link ExportSource}. Times that go back, that are
 * missing or that lie outside of the row are put right.
 */
final class RowText {
  private final int part;
  private final double shiftS;
  private final double durationS;
  private final Optional<String> speaker;

  /**
   * A reader of one row.
   *
   * @param part number of the row within its recording
   * @param shiftS start of the row in the recording
   */
  private RowText(int part, double shiftS, double durationS, Optional<String> speaker) {
    this.part = part;
    this.shiftS = shiftS;
    this.durationS = durationS;
    this.speaker = speaker;
  }

  /** The segments of a row that have a text, in order. */
  static List<Segment> of(Row row, int part) {
    return new RowText(
            part,
            row.getAs("start_s"),
            durationS(row),
            Optional.ofNullable(row.<String>getAs("speaker")))
        .segments(row);
  }

  /** The length of a row; the end of its last segment, if it is not known. */
  static double durationS(Row row) {
    Double duration = row.getAs("duration_s");
    if (duration != null && duration >= 0) {
      return duration;
    }
    return rows(row, "segments").stream()
        .mapToDouble(segment -> number(segment, "end_s").orElse(0))
        .filter(Double::isFinite)
        .reduce(0, Math::max);
  }

  private List<Segment> segments(Row row) {
    List<Segment> plain = new ArrayList<>();
    double floor = 0;
    for (Row each : rows(row, "segments")) {
      double start = within(number(each, "start_s").orElse(floor), floor);
      double end = within(number(each, "end_s").orElse(start), start);
      add(plain, start, end, each.getAs("text"));
      floor = start;
    }
    if (plain.isEmpty()) {
      add(plain, 0, durationS, row.getAs("text"));
    }
    return withWords(plain, words(row));
  }

  private void add(List<Segment> segments, double startS, double endS, String text) {
    Segment segment = Segment.of(part, shiftS + startS, shiftS + endS, text, speaker, List.of());
    if (!segment.text().isEmpty()) {
      segments.add(segment);
    }
  }

  private double within(double seconds, double floor) {
    double finite = Double.isFinite(seconds) ? seconds : floor;
    return Math.max(floor, Math.min(finite, durationS));
  }

  /** The words with times; none if one of them has no time. */
  private List<Word> words(Row row) {
    List<Word> words = new ArrayList<>();
    double floor = 0;
    for (Row each : rows(row, "words")) {
      OptionalDouble start = number(each, "start_s");
      OptionalDouble end = number(each, "end_s");
      String text = each.getAs("word");
      if (text == null || start.isEmpty() || end.isEmpty()) {
        return List.of();
      }
      double from = within(start.getAsDouble(), floor);
      double to = within(end.getAsDouble(), from);
      words.add(new Word(text, shiftS + from, shiftS + to, number(each, "confidence")));
      floor = from;
    }
    return List.copyOf(words);
  }

  /** Gives each segment as many words as its text has, by their characters. */
  private static List<Segment> withWords(List<Segment> segments, List<Word> words) {
    List<Segment> worded = new ArrayList<>();
    int next = 0;
    int given = 0;
    int wanted = 0;
    for (Segment segment : segments) {
      wanted += letters(segment.text());
      int first = next;
      boolean last = worded.size() == segments.size() - 1;
      while (next < words.size() && (given < wanted || last)) {
        given += letters(words.get(next).text());
        next++;
      }
      worded.add(segment.with(words.subList(first, next)));
    }
    return worded;
  }

  private static int letters(String text) {
    return (int) text.chars().filter(c -> c != ' ').count();
  }

  private static List<Row> rows(Row row, String column) {
    int index = row.fieldIndex(column);
    return row.isNullAt(index) ? List.of() : row.getList(index);
  }

  private static OptionalDouble number(Row row, String field) {
    Double value = row.getAs(field);
    return value == null || value.isNaN() ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
