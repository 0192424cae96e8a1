package io.espalier.spark.report;

import static io.espalier.spark.report.Html.text;

import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.spark.score.ScoreKeys;
import io.espalier.spark.transcribe.TranscribeKeys;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Makes one self-contained HTML page about runs. */
public final class Report {
  private final SparkSession spark;
  private final ChartQueries.Sources sources;
  private final List<String> runs;

  /**
   * A report that has not been made.
   *
   * @param runs to show; empty means all that are scored
   */
  public Report(SparkSession spark, EspalierConf conf, List<String> runs) {
    this.spark = spark;
    this.runs = List.copyOf(runs);
    sources =
        new ChartQueries.Sources(
            conf.get(TranscribeKeys.TABLE),
            conf.get(ScoreKeys.SCORES),
            conf.get(ScoreKeys.SCORE_GROUPS),
            conf.get(ScoreKeys.COMPARISON));
  }

  /**
   * The page.
   *
   * @throws UsageException if a run is not scored
   */
  public String html() {
    ReportPage page = new ReportPage();
    try (ChartQueries queries = ChartQueries.open(spark, sources, runs)) {
      boolean compared = sources.comparison().isPresent();
      List<ChartCatalog.Note> notes =
          ChartCatalog.notes().stream().filter(note -> compared || !note.comparison()).toList();
      if (!compared) {
        page.introduction(tiles(queries.run(notes.get(0).charts().get(0)).collectAsList()));
      }
      for (ChartCatalog.Note note : notes) {
        page.section(note.name(), note.about());
        for (Chart chart : note.charts()) {
          Dataset<Row> result = queries.run(chart);
          page.chart(chart, result.schema(), result.collectAsList());
        }
      }
      String footer =
          "Made %s from the tables %s, %s and %s."
              .formatted(
                  Instant.now().truncatedTo(ChronoUnit.SECONDS),
                  sources.transcripts(),
                  sources.scores(),
                  sources.groups());
      return page.html(
          title(queries.runs()), notes.stream().map(ChartCatalog.Note::name).toList(), footer);
    }
  }

  private static String title(List<String> runs) {
    return runs.size() == 1 ? "Run " + runs.get(0) : runs.size() + " runs compared";
  }

  /** The key figures of each run, for the start of the page. */
  private static String tiles(List<Row> rows) {
    StringBuilder html = new StringBuilder();
    for (Row row : rows) {
      html.append("<div class=\"run\">Run <strong>")
          .append(text(row.getAs("run")))
          .append("</strong></div><div class=\"tiles\">");
      tile(html, row.<Long>getAs("utterances").toString(), "utterances");
      tile(html, row.<Long>getAs("failed").toString(), "of them failed");
      tile(html, number(row, "wer_percent", " %"), "word error rate, lower is better");
      tile(html, number(row, "bleu", ""), "BLEU, higher is better");
      tile(html, number(row, "gflops_per_utterance", ""), "GFLOPs per utterance");
      tile(html, number(row, "saved_percent", " %"), "of the GFLOPs saved");
      tile(html, number(row, "rtfx", ""), "times real time");
      html.append("</div>\n");
    }
    return html.toString();
  }

  private static void tile(StringBuilder html, String figure, String label) {
    html.append("<div class=\"tile\"><b>")
        .append(text(figure))
        .append("</b><span>")
        .append(text(label))
        .append("</span></div>");
  }

  private static String number(Row row, String column, String unit) {
    Double value = row.getAs(column);
    return value == null ? "–" : String.format(Locale.ROOT, "%.1f%s", value, unit);
  }
}
