package io.espalier.spark.report;

import io.espalier.conf.Fields;
import io.espalier.files.Utf8Text;
import io.espalier.spark.report.Chart.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The catalogue of charts, read from {@code charts.yaml} next to this class. */
final class ChartCatalog {
  private static final String RESOURCE = "charts.yaml";

  private ChartCatalog() {}

  /**
   * Charts about one question.
   *
   * @param about one sentence for readers
   * @param comparison whether they show what {@code espalier compare} wrote
   */
  record Note(String name, String about, boolean comparison, List<Chart> charts) {}

  /** All notes, in reading order. */
  static List<Note> notes() {
    try (InputStream in = ChartCatalog.class.getResourceAsStream(RESOURCE)) {
      Fields top = Fields.parse(RESOURCE, Utf8Text.decode(in.readAllBytes(), RESOURCE));
      List<Note> notes = top.children("notes").stream().map(ChartCatalog::note).toList();
      top.finish(IllegalStateException::new);
      return notes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Note note(Fields fields) {
    return new Note(
        fields.string("name"),
        fields.string("about"),
        fields.has("comparison") && fields.flag("comparison"),
        fields.children("charts").stream().map(ChartCatalog::chart).toList());
  }

  private static Chart chart(Fields fields) {
    return new Chart(
        fields.string("title"),
        fields.string("about"),
        fields.choice("kind", List.of(Kind.values()), kind -> kind.name().toLowerCase(Locale.ROOT)),
        fields.string("sql"),
        fields.optionalString("x"),
        fields.optionalString("series"),
        fields.optionalString("value"),
        fields.optionalString("low"),
        fields.optionalString("high"),
        fields.optionalString("facet"),
        fields.optionalString("unit"),
        fields.optionalString("xUnit"),
        number(fields, "least"),
        number(fields, "most"));
  }

  private static OptionalDouble number(Fields fields, String name) {
    return fields.has(name) ? OptionalDouble.of(fields.number(name)) : OptionalDouble.empty();
  }
}
