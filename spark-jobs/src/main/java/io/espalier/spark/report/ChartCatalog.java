package io.espalier.spark.report;

import io.espalier.spark.report.Chart.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The catalogue of charts, read from {@code charts.yaml} next to this class. */
final class ChartCatalog {
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
    try (InputStream in = ChartCatalog.class.getResourceAsStream("charts.yaml")) {
      List<Map<String, Object>> notes = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
      return notes.stream().map(ChartCatalog::note).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked") // A resource of our own, whose shape the tests hold.
  private static Note note(Map<String, Object> yaml) {
    List<Map<String, String>> charts = (List<Map<String, String>>) yaml.get("charts");
    return new Note(
        (String) yaml.get("name"),
        (String) yaml.get("about"),
        Boolean.TRUE.equals(yaml.get("comparison")),
        charts.stream().map(ChartCatalog::chart).toList());
  }

  private static Chart chart(Map<String, String> yaml) {
    return new Chart(
        yaml.get("title"),
        yaml.get("about"),
        Kind.valueOf(yaml.get("kind").toUpperCase(Locale.ROOT)),
        yaml.get("sql"),
        Optional.ofNullable(yaml.get("x")),
        Optional.ofNullable(yaml.get("series")),
        Optional.ofNullable(yaml.get("value")),
        Optional.ofNullable(yaml.get("low")),
        Optional.ofNullable(yaml.get("high")),
        Optional.ofNullable(yaml.get("facet")),
        Optional.ofNullable(yaml.get("unit")),
        Optional.ofNullable(yaml.get("xUnit")));
  }
}
