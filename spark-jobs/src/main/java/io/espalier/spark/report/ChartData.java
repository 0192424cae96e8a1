package io.espalier.spark.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** A query's result in the form that the page's script draws. */
final class ChartData {
  private ChartData() {}

  /**
   * The drawing of a chart.
   *
   * @param id of its canvas
   */
  static JsonObject of(String id, Chart chart, List<Row> rows) {
    List<String> series = distinct(rows, chart.series().orElseThrow());
    List<String> labels = distinct(rows, chart.x().orElseThrow());
    JsonObject json = new JsonObject();
    json.addProperty("id", id);
    json.addProperty("kind", chart.kind().name().toLowerCase(Locale.ROOT));
    chart.unit().ifPresent(unit -> json.addProperty("unit", unit));
    chart.xUnit().ifPresent(unit -> json.addProperty("xUnit", unit));
    json.add("series", strings(series));
    json.add("labels", strings(labels));
    Layout layout = new Layout(chart, rows, series, labels);
    json.add("points", layout.points());
    chart.low().ifPresent(column -> json.add("low", layout.values(column)));
    chart.high().ifPresent(column -> json.add("high", layout.values(column)));
    AxisRange range = AxisRange.of(chart, rows);
    range.least().ifPresent(least -> json.addProperty("least", least));
    range.most().ifPresent(most -> json.addProperty("most", most));
    return json;
  }

  /** The values of a column, in the order in which they come. */
  static List<String> distinct(List<Row> rows, String column) {
    return rows.stream().map(row -> text(row, column)).distinct().toList();
  }

  static String text(Row row, String column) {
    Object value = row.getAs(column);
    return value == null ? "-" : value.toString();
  }

  private static JsonArray strings(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  private record Layout(Chart chart, List<Row> rows, List<String> series, List<String> labels) {
    JsonArray points() {
      String value = chart.value().orElseThrow();
      if (!chart.kind().hasNumericAxis()) {
        return values(value);
      }
      String x = chart.x().orElseThrow();
      return each(
          row -> {
            JsonObject point = new JsonObject();
            point.add("x", number(row, x));
            point.add("y", number(row, value));
            return point;
          });
    }

    JsonArray values(String column) {
      return each(row -> number(row, column));
    }

    /** For each series a list: of its points over a numeric axis, of one value per label else. */
    private JsonArray each(Function<Row, JsonElement> cell) {
      JsonArray result = new JsonArray();
      for (String name : series) {
        List<Row> own =
            rows.stream()
                .filter(row -> text(row, chart.series().orElseThrow()).equals(name))
                .toList();
        JsonArray cells = new JsonArray();
        if (chart.kind().hasNumericAxis()) {
          own.forEach(row -> cells.add(cell.apply(row)));
        } else {
          labels.forEach(label -> cells.add(at(own, label).map(cell).orElse(JsonNull.INSTANCE)));
        }
        result.add(cells);
      }
      return result;
    }

    private Optional<Row> at(List<Row> own, String label) {
      List<Row> found = new ArrayList<>(own);
      found.removeIf(row -> !text(row, chart.x().orElseThrow()).equals(label));
      return found.stream().findFirst();
    }

    private static JsonElement number(Row row, String column) {
      Number value = row.getAs(column);
      return value == null || !Double.isFinite(value.doubleValue())
          ? JsonNull.INSTANCE
          : new JsonPrimitive(value);
    }
  }
}
