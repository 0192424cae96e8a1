package io.espalier.spark.report;

import static io.espalier.spark.report.Html.text;

import com.google.gson.JsonArray;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Builds the page. Tables and heat maps are plain HTML; the script draws the other charts. The
 * page's own policy permits only its two scripts and no network access.
 */
final class ReportPage {
  private static final String CHART_JS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

  private static final Map<String, String> SPELLINGS =
      Map.of(
          "wer",
          "WER",
          "cer",
          "CER",
          "bleu",
          "BLEU",
          "chrf",
          "chrF",
          "gflops",
          "GFLOPs",
          "rtfx",
          "RTFx",
          "min",
          "minutes",
          "utt",
          "utterance");

  private final StringBuilder body = new StringBuilder();
  private final JsonArray drawings = new JsonArray();
  private int figures;

  /** Opens a section. */
  void section(String name, String about) {
    if (figures > 0) {
      body.append("</div></section>\n");
    }
    body.append("<section id=\"%s\"><h2>%s</h2>\n".formatted(anchor(name), text(name)))
        .append("<p>%s</p><div class=\"charts\">\n".formatted(text(about)));
    figures++;
  }

  /** Puts in what comes before the sections. */
  void introduction(String html) {
    body.append(html);
  }

  /** Adds a chart with the rows behind it. */
  void chart(Chart chart, StructType schema, List<Row> rows) {
    String id = "chart-" + drawings.size();
    boolean drawn = chart.kind().isDrawn() && !rows.isEmpty();
    body.append(
        "<figure class=\"%s\"%s><h3>%s</h3><p>%s</p>\n"
            .formatted(
                chart.kind() == Chart.Kind.TABLE ? "wide" : "half",
                drawn ? " data-chart=\"" + id + "\"" : "",
                text(chart.title()),
                text(chart.about())));
    if (rows.isEmpty()) {
      body.append("<div class=\"none\">Nothing to show: these runs have no such rows.</div>");
    } else if (drawn) {
      drawings.add(ChartData.of(id, chart, rows));
      body.append(
              "<div class=\"plot\"><canvas id=\"%s\" role=\"img\" aria-label=\"%s\"></canvas></div>"
                  .formatted(id, text(chart.title() + ". " + chart.about() + " Figures below.")))
          .append("<details><summary>Figures</summary>")
          .append(table(chart.title(), schema, rows))
          .append("</details>");
    } else if (chart.kind() == Chart.Kind.HEATMAP) {
      ChartData.distinct(rows, chart.facet().orElseThrow())
          .forEach(facet -> body.append(HeatMap.html(chart, facet, rows)));
      body.append(HeatMap.key());
    } else {
      body.append(table(chart.title(), schema, rows));
    }
    body.append("</figure>\n");
  }

  /** The whole page. */
  String html(String title, List<String> sections, String footer) {
    String style = resource("report.css");
    String library = resource(CHART_JS).replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    String script = resource("report.js");
    StringBuilder links = new StringBuilder();
    sections.forEach(
        name -> links.append("<a href=\"#%s\">%s</a>".formatted(anchor(name), text(name))));
    Map<String, String> parts =
        Map.of(
            "POLICY",
            "default-src 'none'; script-src %s %s; style-src %s; base-uri 'none'; form-action 'none'"
                .formatted(Html.hash(library), Html.hash(script), Html.hash(style)),
            "TITLE",
            text(title),
            "STYLE",
            style,
            "NAV",
            links.toString(),
            "BODY",
            body + (figures > 0 ? "</div></section>" : ""),
            "FOOTER",
            text(footer),
            "DATA",
            Html.json(drawings),
            "LIBRARY",
            library,
            "SCRIPT",
            script);
    StringBuilder page = new StringBuilder();
    // One pass, so that the text of a part is never read as the name of a part.
    for (String piece : resource("report.html").split("@@", -1)) {
      page.append(parts.getOrDefault(piece, piece));
    }
    return page.toString();
  }

  private static String table(String caption, StructType schema, List<Row> rows) {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><caption>");
    html.append(text(caption)).append("</caption><thead><tr>");
    Arrays.stream(schema.fields())
        .forEach(
            field ->
                html.append(
                        field.dataType() instanceof NumericType
                            ? "<th scope=\"col\" class=\"n\">"
                            : "<th scope=\"col\">")
                    .append(text(heading(field.name())))
                    .append("</th>"));
    html.append("</tr></thead><tbody>\n");
    for (Row row : rows) {
      html.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        boolean number = schema.fields()[i].dataType() instanceof NumericType;
        html.append(number ? "<td class=\"n\">" : "<td class=\"t\">")
            .append(row.isNullAt(i) ? "" : text(row.get(i).toString()))
            .append("</td>");
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>").toString();
  }

  /** A column's name as people write it. */
  private static String heading(String column) {
    return Arrays.stream(column.replace("_percent", "_%").split("_", -1))
        .map(word -> SPELLINGS.getOrDefault(word, word))
        .collect(Collectors.joining(" "));
  }

  static String anchor(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      return new String(
          Optional.ofNullable(in)
              .orElseThrow(
                  () -> new IllegalStateException("Cannot find resource in the jar: " + name))
              .readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
