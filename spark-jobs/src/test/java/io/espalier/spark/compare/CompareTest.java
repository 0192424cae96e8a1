package io.espalier.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;

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
      options: {beam: 1, limit: 4}
      models:
        gated: {bundle: src/main/demo/bundle}
      variants:
        - {name: open, model: gated, gates: open}
        - {name: bucket, model: gated, gates: open, options: {pad: bucket}}
        - {name: all, model: gated, gates: learned}
        - {name: language, model: gated, gates: learned, context: language, target: 0.3}
        - {name: static, model: gated, gates: static, like: all}
        - {name: by language, model: gated, gates: static-by-language, like: all}
        - {name: drop, model: gated, gates: frames-drop, like: all}
        - {name: eliminated, model: gated, gates: eliminated, like: all}
        - {name: top, model: gated, gates: top, like: all}
        - {name: random, model: gated, gates: random, like: all}
      curve: {model: gated, context: all, targets: [0.6]}
      timing: {utterances: 2, rounds: 1, threads: 1}
      by: [condition]
      """;

  @TempDir private Path directory;

  @Test
  void everyVariantHasARow() throws IOException {
    Path recipe = Files.writeString(directory.resolve("recipe.yaml"), RECIPE);
    Path json = directory.resolve("rows.json");
    Path page = directory.resolve("page.html");
    Path curve = directory.resolve("curve.svg");
    CommandRun run =
        compare(
            recipe,
            "--json",
            json.toString(),
            "--report",
            page.toString(),
            "--curve",
            curve.toString());
    assertThat(run.code()).as(run.err()).isZero();
    Map<String, JsonObject> rows = rows(json);
    assertThat(rows)
        .containsOnlyKeys(
            "open",
            "bucket",
            "all",
            "language",
            "static",
            "by language",
            "drop",
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
    for (String baseline :
        new String[] {"static", "by language", "drop", "eliminated", "top", "random"}) {
      assertThat(number(rows, baseline, "gflops_total"))
          .as(baseline)
          .isBetween(0.85 * own, 1.15 * own);
    }
    assertThat(rows.get("static").get("gates").getAsString()).matches("fixed:[01]{32}/[01]{9}");
    assertThat(rows.get("by language").get("gates").getAsString())
        .matches("by-language:deu=[01]{32}/[01]{9}");
    assertThat(rows.get("drop").get("gates").getAsString()).isEqualTo("open");
    assertThat(rows.get("drop").get("options").getAsString()).matches("frames=drop:0\\.[0-9]+@2");
    for (JsonObject row : rows.values()) {
      assertThat(row.get("wall_ms").getAsDouble())
          .isGreaterThan(row.get("encoder_ms").getAsDouble() + row.get("decoder_ms").getAsDouble());
      assertThat(row.getAsJsonArray("groups")).isNotEmpty();
      long utterances = 0;
      for (JsonElement group : row.getAsJsonArray("groups")) {
        assertThat(group.getAsJsonObject().get("column").getAsString()).isEqualTo("condition");
        utterances += group.getAsJsonObject().get("utterances").getAsLong();
      }
      assertThat(utterances).isEqualTo(4);
    }
    assertThat(number(rows, "static", "encoder_gflops_saved")).isPositive();
    assertThat(rows.get("open").getAsJsonArray("modules")).isEmpty();
    assertThat(run.out()).contains("By condition", "enc. ms");
    assertThat(page)
        .content()
        .contains("<h2>Comparison</h2>", "<td class=\"t\">eliminated</td>")
        .contains("gated by target, context all");

    assertThat(curve).content().contains("<title>target 0.60</title>", ">GFLOPs saved, %</text>");

    // A part of the variants, without the times, which are never twice the same.
    Path part =
        Files.writeString(
            directory.resolve("part.yaml"),
            RECIPE
                .replaceAll("timing: .*\\n", "")
                .replaceAll(
                    " *- \\{name: (bucket|by language|drop|eliminated|top|random),.*\\n", ""));
    Path jsonAgain = directory.resolve("again.json");
    CommandRun again = compare(part, "--json", jsonAgain.toString());
    assertThat(again.code()).as(again.err()).isZero();
    Map<String, JsonObject> rowsAgain = withoutTimes(jsonAgain);
    assertThat(rowsAgain).containsOnlyKeys("open", "all", "language", "static", "target 0.60");
    assertThat(withoutTimes(json)).containsAllEntriesOf(rowsAgain);
  }

  private static CommandRun compare(Path recipe, String... more) {
    List<String> arguments = new ArrayList<>(List.of("compare", "--recipe", recipe.toString()));
    arguments.addAll(List.of("--tables", "compare_test"));
    arguments.addAll(List.of("--conf", "spark.espalier.resamples=50"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static Map<String, JsonObject> rows(Path json) throws IOException {
    Map<String, JsonObject> rows = new HashMap<>();
    for (JsonElement element : JsonParser.parseString(Files.readString(json)).getAsJsonArray()) {
      JsonObject row = element.getAsJsonObject();
      rows.put(row.get("variant").getAsString(), row);
    }
    return rows;
  }

  private static Map<String, JsonObject> withoutTimes(Path json) throws IOException {
    Map<String, JsonObject> rows = rows(json);
    for (JsonObject row : rows.values()) {
      row.keySet()
          .removeIf(
              name -> name.matches("place|(encoder|decoder|wall)_ms|.*_saved|saved_time_share"));
    }
    return rows;
  }

  private static double number(Map<String, JsonObject> rows, String variant, String column) {
    return rows.get(variant).get(column).getAsDouble();
  }
}
