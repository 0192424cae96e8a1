package io.espalier.spark.report;

import static io.espalier.spark.report.Html.text;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** A grid of percentages as an HTML table, which can be read aloud, copied and printed. */
final class HeatMap {
  private static final int SHADES = 10;

  private HeatMap() {}

  /** The grid of one facet. */
  static String html(Chart chart, String facet, List<Row> all) {
    List<Row> rows =
        all.stream()
            .filter(row -> ChartData.text(row, chart.facet().orElseThrow()).equals(facet))
            .toList();
    List<String> columns = ChartData.distinct(rows, chart.x().orElseThrow());
    String series = chart.series().orElseThrow();
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table class=\"heat\"><caption>");
    html.append(text(chart.facet().orElseThrow() + " " + facet))
        .append("</caption><thead><tr><th scope=\"col\">");
    html.append(text(series)).append("</th>");
    columns.forEach(name -> html.append("<th scope=\"col\">").append(text(name)).append("</th>"));
    html.append("</tr></thead><tbody>\n");
    for (String name : ChartData.distinct(rows, series)) {
      html.append("<tr><th scope=\"row\">").append(text(name)).append("</th>");
      columns.forEach(column -> html.append(cell(chart, rows, name, column)));
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>").toString();
  }

  /** The key of the shades. */
  static String key() {
    StringBuilder html = new StringBuilder("<div class=\"key\" aria-hidden=\"true\">0 %");
    for (int shade = 0; shade <= SHADES; shade++) {
      html.append("<i class=\"h").append(shade).append("\"></i>");
    }
    return html.append("100 %</div>").toString();
  }

  private static String cell(Chart chart, List<Row> rows, String name, String column) {
    Optional<Row> row =
        rows.stream()
            .filter(r -> ChartData.text(r, chart.series().orElseThrow()).equals(name))
            .filter(r -> ChartData.text(r, chart.x().orElseThrow()).equals(column))
            .findFirst();
    if (row.isEmpty()) {
      return "<td></td>";
    }
    Number value = row.get().getAs(chart.value().orElseThrow());
    double percent = Math.max(0, Math.min(100, value.doubleValue()));
    return String.format(
        Locale.ROOT,
        "<td class=\"h%d\">%s</td>",
        Math.round(percent / 100 * SHADES),
        String.format(Locale.ROOT, "%.0f", percent));
  }
}
