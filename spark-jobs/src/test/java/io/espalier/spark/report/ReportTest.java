package io.espalier.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.run.PipelineRuns;
import io.espalier.spark.session.SessionConf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"charts\">(.*?)</script>");

  private static Map<String, String> tables;
  private static String page;

  @BeforeAll
  static void makeThePage() {
    tables = PipelineRuns.tables();
    page = report(List.of()).html();
  }

  @Test
  void everyChartOfTheCatalogueIsThere() {
    for (ChartCatalog.Note note : ChartCatalog.notes()) {
      if (note.comparison()) {
        assertThat(page).doesNotContain("<h2>" + note.name() + "</h2>");
        continue;
      }
      assertThat(page).contains("<h2>" + note.name() + "</h2>");
      note.charts().forEach(chart -> assertThat(page).contains("<h3>" + chart.title() + "</h3>"));
    }
    assertThat(page).doesNotContain("Nothing to show");
  }

  @Test
  void aComparisonComesFirstAndItsTargetsAreOneLine() {
    Map<String, String> named = new HashMap<>(tables);
    named.put("comparison", PipelineRuns.NAMESPACE + ".comparison");
    String compared =
        new Report(TestSpark.session(), SessionConf.of(Map.of(), named), List.of()).html();
    assertThat(compared.indexOf("<h2>Comparison</h2>"))
        .isPositive()
        .isLessThan(compared.indexOf("<h2>Overview</h2>"));
    JsonObject bleu = data(compared).get(0).getAsJsonObject();
    assertThat(bleu.get("kind").getAsString()).isEqualTo("line");
    assertThat(bleu.get("series").toString())
        .isEqualTo("[\"dense\",\"all contexts\",\"gated by target, context all\"]");
    assertThat(bleu.getAsJsonArray("points").get(2).toString())
        .isEqualTo("[{\"x\":10.0,\"y\":78.0}]");
  }

  @Test
  void everyDrawingHasItsFiguresInATable() {
    int drawings = data().size();
    assertThat(drawings).isGreaterThan(8);
    assertThat(page.split("<summary>Figures</summary>", -1)).hasSize(drawings + 1);
    assertThat(page.split("<canvas ", -1)).hasSize(drawings + 1);
  }

  @Test
  void drawingsHoldTheScoresOfTheTables() {
    JsonObject wer = data().get(0).getAsJsonObject();
    assertThat(wer.get("series").toString()).isEqualTo("[\"dense\",\"pruned\"]");
    int deu =
        wer.getAsJsonArray("labels").asList().stream()
            .map(JsonElement::getAsString)
            .toList()
            .indexOf("deu");
    double expected =
        TestSpark.session()
            .table(tables.get("score-groups"))
            .filter("grouping = 'language,task' AND task = 'asr' AND language = 'deu'")
            .filter("run_id = 'pruned'")
            .selectExpr("round(100 * wer, 2)")
            .first()
            .getDouble(0);
    assertThat(wer.getAsJsonArray("points").get(1).getAsJsonArray().get(deu).getAsDouble())
        .isEqualTo(expected);
    assertThat(wer.getAsJsonArray("low").get(1).getAsJsonArray().get(deu).getAsDouble())
        .isLessThanOrEqualTo(expected);
  }

  @Test
  void noTextBecomesMarkup() {
    // Ids, error messages and hypotheses all hold it.
    assertThat(page).doesNotContain("<img").contains("&lt;img src=x onerror=");
    assertThat(page.split("</script>", -1)).hasSize(4);
    assertThat(Html.text(PipelineRuns.HOSTILE))
        .doesNotContainPattern("[<>\"']")
        .contains("&quot;&#39;&amp;");
  }

  @Test
  void thePageAsksTheNetworkForNothing() {
    String withoutScripts =
        Pattern.compile("<script.*?</script>", Pattern.DOTALL).matcher(page).replaceAll("");
    assertThat(withoutScripts).doesNotContainPattern("(?i)(src|href)=\"(?!#)");
    assertThat(page).contains("default-src 'none'").doesNotContain("unsafe-inline");
    assertThat(page).doesNotContain("sourceMappingURL");
  }

  @Test
  void theLibrarysNoticeStays() {
    assertThat(page).contains("Chart.js v4.5.1").contains("Released under the MIT License");
  }

  @Test
  void aReportCanBeAboutOneRun() {
    String one = report(List.of("pruned")).html();
    assertThat(one).contains("<h1>Run pruned</h1>").doesNotContain("<strong>dense</strong>");
  }

  @Test
  void aRunWithoutScoresIsNamed() {
    assertThatThrownBy(() -> report(List.of("other")).html())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("[other] are not scored")
        .hasMessageContaining("[dense, pruned]")
        .hasMessageContaining("espalier score");
  }

  private static JsonArray data() {
    return data(page);
  }

  private static JsonArray data(String html) {
    Matcher matcher = DATA.matcher(html);
    assertThat(matcher.find()).isTrue();
    return JsonParser.parseString(matcher.group(1)).getAsJsonArray();
  }

  private static Report report(List<String> runs) {
    return new Report(TestSpark.session(), SessionConf.of(Map.of(), tables), runs);
  }
}
