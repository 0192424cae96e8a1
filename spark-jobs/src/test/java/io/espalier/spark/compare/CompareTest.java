package io.espalier.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison on a few utterances of the test set. */
class CompareTest {
  private static final String RECIPE =
      """
      name: tiny
      manifest: src/main/demo/test.parquet
      choose_on: {manifest: src/main/demo/manifest.jsonl, utterances: 2}
      contexts: gated
      options: {beam: 1, limit: 6}
      models:
        gated: {bundle: src/main/demo/bundle}
      variants:
        - {name: open, model: gated, gates: open}
        - {name: bucket, model: gated, gates: open, options: {pad: bucket}}
        - {name: all, model: gated, gates: learned}
        - {name: language, model: gated, gates: learned, context: language, target: 0.3}
        - {name: static, model: gated, gates: static, like: all}
        - {name: eliminated, model: gated, gates: eliminated, like: all}
        - {name: top, model: gated, gates: top, like: all}
        - {name: random, model: gated, gates: random, like: all}
      curve: {model: gated, context: all, targets: [0.6]}
      """;

  @TempDir private Path directory;

  @Test
  void everyVariantHasARow() throws IOException {
    Path recipe = Files.writeString(directory.resolve("recipe.yaml"), RECIPE);
    Path json = directory.resolve("rows.json");
    Path page = directory.resolve("page.html");
    CommandRun run = compare(recipe, "--json", json.toString(), "--report", page.toString());
    assertThat(run.code()).as(run.err()).isZero();
    Map<String, JsonObject> rows = new HashMap<>();
    JsonArray array = JsonParser.parseString(Files.readString(json)).getAsJsonArray();
    for (JsonElement element : array) {
      JsonObject row = element.getAsJsonObject();
      rows.put(row.get("variant").getAsString(), row);
    }
    assertThat(rows)
        .containsOnlyKeys(
            "open",
            "bucket",
            "all",
            "language",
            "static",
            "eliminated",
            "top",
            "random",
            "target 0.60");
    double dense = number(rows, "open", "gflops_total");
    double pruned = number(rows, "all", "gflops_total");
    assertThat(number(rows, "open", "saved_fraction")).isZero();
    assertThat(pruned).isLessThan(0.8 * dense);
    assertThat(number(rows, "bucket", "gflops_total")).isLessThan(0.8 * dense);
    assertThat(rows.get("bucket").get("options").getAsString()).isEqualTo("pad=bucket");
    assertThat(number(rows, "bucket", "compute_s")).isPositive();
    assertThat(number(rows, "target 0.60", "gflops_total")).isLessThan(pruned);
    assertThat(number(rows, "all", "gflops_context")).isPositive();
    assertThat(number(rows, "language", "gflops_context")).isZero();
    assertThat(rows.get("open").get("wer_p_value").isJsonNull()).isTrue();
    assertThat(number(rows, "random", "wer_p_value")).isBetween(0.0, 1.0);
    assertThat(number(rows, "random", "wer_p_like")).isBetween(0.0, 1.0);
    assertThat(rows.get("all").get("wer_p_like").isJsonNull()).isTrue();
    double own = pruned - number(rows, "all", "gflops_context");
    for (String baseline : new String[] {"static", "eliminated", "top", "random"}) {
      assertThat(number(rows, baseline, "gflops_total"))
          .as(baseline)
          .isBetween(0.85 * own, 1.15 * own);
    }
    assertThat(rows.get("static").get("gates").getAsString()).matches("fixed:[01]{32}/[01]{9}");
    assertThat(page)
        .content()
        .contains("<h2>Comparison</h2>", "<td class=\"t\">eliminated</td>")
        .contains("gated by target, context all");

    Path jsonAgain = directory.resolve("again.json");
    CommandRun again = compare(recipe, "--json", jsonAgain.toString());
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(jsonAgain).hasSameTextualContentAs(json);
  }

  private static CommandRun compare(Path recipe, String... more) {
    List<String> arguments = new ArrayList<>(List.of("compare", "--recipe", recipe.toString()));
    arguments.addAll(List.of("--tables", "compare_test"));
    arguments.addAll(List.of("--conf", "spark.espalier.resamples=50"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static double number(Map<String, JsonObject> rows, String variant, String column) {
    return rows.get(variant).get(column).getAsDouble();
  }
}
