package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.spark.TestSpark;
import io.espalier.spark.run.PipelineRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {
  private static final Map<String, String> TABLES = PipelineRuns.tables();

  @TempDir Path directory;

  @Test
  void aComparisonIsPrintedAndWritten() throws IOException {
    Path json = directory.resolve("comparison.json");
    CommandRun run = score("--compare", "dense", "pruned", "--json", json.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("A = dense, B = pruned").contains("B - A [95 %]");
    JsonArray rows = JsonParser.parseString(Files.readString(json)).getAsJsonArray();
    JsonObject wer =
        rows.asList().stream()
            .map(row -> row.getAsJsonObject())
            .filter(row -> row.get("grouping").getAsString().equals("task"))
            .filter(row -> row.get("metric").getAsString().equals("wer"))
            .findFirst()
            .orElseThrow();
    assertThat(wer.get("difference").getAsDouble()).isPositive();
    assertThat(wer.get("p_value").getAsDouble()).isBetween(0.0, 1.0);
    // The double spends 15 % less for each of two closed gates.
    assertThat(wer.get("saved_fraction").getAsDouble()).isBetween(0.29, 0.31);
    assertThat(TestSpark.session().table("command_comparisons").count()).isEqualTo(rows.size());
  }

  @Test
  void oneRunToCompareIsUsage() {
    assertThat(score("--compare", "dense").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aReportIsWrittenFromTheTables() throws IOException {
    Path page = directory.resolve("page.html");
    CommandRun run =
        CommandRun.of(
            "report",
            "pruned",
            "-o",
            page.toString(),
            "--table",
            TABLES.get("table"),
            "--scores",
            TABLES.get("scores"),
            "--score-groups",
            TABLES.get("score-groups"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(page).content().startsWith("<!DOCTYPE html>").contains("<h1>Run pruned</h1>");
  }

  private static CommandRun score(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "score",
                "--table",
                TABLES.get("table"),
                "--scores",
                "command_scores",
                "--score-groups",
                "command_groups",
                "--score-comparisons",
                "command_comparisons",
                "--resamples",
                "100"));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }
}
