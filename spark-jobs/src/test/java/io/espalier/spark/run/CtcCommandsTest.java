package io.espalier.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.cli.CommandRun;
import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An OWSM-CTC through the commands that a user gives. */
class CtcCommandsTest {
  private static final SparkSession SPARK = TestSpark.session();

  private final ReferenceSet set = ReferenceSets.owsmCtc().get(0);

  @TempDir private Path directory;
  private String bundle;
  private String manifest;

  @BeforeEach
  void importTheModel() throws IOException {
    bundle = directory.resolve("bundle").toString();
    CommandRun done = CommandRun.of("import", set.dir().toString(), bundle);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).contains("owsm-ctc", "cross attention in encoder layers 2 4");
    Path file = directory.resolve("manifest.jsonl");
    List<String> lines = new ArrayList<>();
    for (JsonElement element : runs()) {
      JsonObject run = element.getAsJsonObject();
      JsonObject line = new JsonObject();
      String wav = run.get("wav").getAsString();
      line.addProperty("utt_id", wav);
      line.addProperty("audio", set.audio(wav).toString());
      line.addProperty("language", bare(run.get("lang_sym").getAsString()));
      line.addProperty("task", bare(run.get("task_sym").getAsString()));
      String before = run.get("text_prev").getAsString();
      if (!before.equals("<na>")) {
        line.addProperty("text_prev", before);
      }
      line.addProperty("reference", run.get("text_nospecial").getAsString());
      lines.add(line.toString());
    }
    Files.write(file, lines);
    manifest = file.toString();
  }

  private JsonArray runs() {
    return set.json("batch_decode_single.json").getAsJsonArray("runs");
  }

  private static String bare(String symbol) {
    return symbol.substring(1, symbol.length() - 1);
  }

  @Test
  void runTranscribesAsTheReferenceDoesAndScoresIt() {
    CommandRun run =
        CommandRun.of(
            "run",
            "--manifest",
            manifest,
            "--bundle",
            bundle,
            "--table",
            "ctc_texts",
            "--scores",
            "ctc_scores",
            "--score-groups",
            "ctc_groups");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("has no context encoders", "WER");
    Map<String, Row> rows = new HashMap<>();
    SPARK
        .table("ctc_texts")
        .selectExpr("*", "gates.*", "gflops.total", "gflops.dense", "gflops.ctc")
        .collectAsList()
        .forEach(row -> rows.put(row.getAs("utt_id"), row));
    assertThat(rows).hasSize(runs().size());
    for (JsonElement element : runs()) {
      JsonObject one = element.getAsJsonObject();
      Row row = rows.get(one.get("wav").getAsString());
      assertThat(row.<String>getAs("hypothesis"))
          .isEqualTo(one.get("text_nospecial").getAsString());
      assertThat(row.<String>getAs("encoder")).isEqualTo("1111111111111111+11");
      assertThat(row.<String>getAs("decoder")).isEmpty();
      assertThat(row.<Double>getAs("open_encoder")).isEqualTo(1);
      assertThat(row.<Double>getAs("open_decoder")).isNull();
      assertThat(row.<Double>getAs("total")).isEqualTo(row.<Double>getAs("dense"));
      assertThat(row.<Double>getAs("ctc")).isPositive();
      assertThat(row.<Double>getAs("mean_logprob")).isNegative();
    }
    double worst = SPARK.table("ctc_scores").selectExpr("max(wer)").first().getDouble(0);
    assertThat(worst).isZero();
    CommandRun page =
        CommandRun.of(
            "report",
            "--table",
            "ctc_texts",
            "--scores",
            "ctc_scores",
            "--score-groups",
            "ctc_groups",
            "-o",
            directory.resolve("r.html").toString());
    assertThat(page.code()).as(page.err()).isZero();
  }

  @Test
  void compareSetsClosedModulesAgainstAllOfThem() throws IOException {
    Path recipe =
        Files.writeString(
            directory.resolve("recipe.yaml"),
            String.format(
                Locale.ROOT,
                """
                name: ctc
                manifest: %s
                options: {limit: 3}
                models:
                  ctc: {bundle: %s}
                variants:
                  - {name: open, model: ctc, gates: open}
                  - {name: some, model: ctc, gates: 'random:0.5/0:7'}
                  - {name: fixed, model: ctc, gates: 'fixed:1111101111110111+01/'}
                """,
                manifest,
                bundle));
    Path json = directory.resolve("rows.json");
    CommandRun run =
        CommandRun.of(
            "compare",
            "--recipe",
            recipe.toString(),
            "--tables",
            "ctc_compare",
            "--conf",
            "spark.espalier.resamples=20",
            "--json",
            json.toString());
    assertThat(run.code()).as(run.err()).isZero();
    Map<String, Double> giga = new HashMap<>();
    for (JsonElement element : JsonParser.parseString(Files.readString(json)).getAsJsonArray()) {
      JsonObject row = element.getAsJsonObject();
      giga.put(row.get("variant").getAsString(), row.get("gflops_total").getAsDouble());
    }
    assertThat(giga).containsOnlyKeys("open", "some", "fixed");
    assertThat(giga.get("some")).isLessThan(giga.get("fixed"));
    assertThat(giga.get("fixed")).isLessThan(giga.get("open"));
  }

  private static final String TRAINING =
      """
      name: ctc-gates
      seed: 1
      data: {text_prev_share: 1, language_share: 0.5, full_window_share: 0}
      objective:
        {interctc_weight: 0.8, dropout: 0.1, attention_dropout: 0.1, distillation: 1, precision: float32}
      optimizer: {betas: [0.9, 0.98], epsilon: 1.0e-6, weight_decay: 0, clip_norm: 5}
      learning_rate: {peak: 1.0e-4, warmup: 2}
      schedule:
        batch_sizes: [3]
        accumulate: 1
        max_steps: 2
        log_every: 1
        validate_every: 2
        validate_utterances: 1
        checkpoint_every: 2
        average: 1
        patience: 0
      """;
  private static final String GATES =
      """
      gates:
        contexts: [language, task]
        projection: 4
        hidden: 8
        spread: {contexts: [language], logits: 9}
        context_dropout: 0
        temperature: {first: 1, last: 1, steps: 1}
        sparsity: {weight: 1, measure: flops}
        targets: {encoder: [0.2, 0.8], asked: 0.5, curriculum: 0}
      """;

  @Test
  void itIsTrainedFurtherWithGatesThatThenDecide() throws IOException {
    Path output = directory.resolve("trained");
    CommandRun run = train(output, TRAINING + GATES);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("intermediate CTC", "Validation at step 2").contains("  open ");
    String table = "ctc_gated";
    CommandRun decoded =
        CommandRun.of(
            "transcribe",
            "--manifest",
            manifest,
            "--bundle",
            output.resolve("bundle").toString(),
            "--table",
            table,
            "--gates",
            "learned");
    assertThat(decoded.code()).as(decoded.err()).isZero();
    List<Row> rows =
        SPARK.table(table).selectExpr("gates.encoder AS open", "gflops.*").collectAsList();
    assertThat(rows).hasSize(runs().size());
    for (Row row : rows) {
      assertThat(row.<String>getAs("open")).matches("[01]{16}\\+[01]{2}");
      assertThat(row.<Double>getAs("gates")).isPositive();
    }
    assertThat(rows)
        .anySatisfy(
            row -> assertThat(row.<Double>getAs("total")).isLessThan(row.<Double>getAs("dense")));
  }

  @Test
  void theObjectiveMustBeThatOfTheModelsKind() throws IOException {
    String other =
        TRAINING.replace("interctc_weight: 0.8", "ctc_weight: 0.3, label_smoothing: 0.1");
    CommandRun run = train(directory.resolve("other"), other.replace("language_share: 0.5, ", ""));
    assertThat(run.code()).isNotZero();
    assertThat(run.err())
        .contains(
            "Cannot train ctc-gates: the model is an OWSM-CTC. Give objective.interctc_weight"
                + " instead of ctc_weight and label_smoothing");
  }

  private CommandRun train(Path output, String recipe) throws IOException {
    return CommandRun.of(
        "train",
        "--recipe",
        Files.writeString(directory.resolve("train.yaml"), recipe).toString(),
        "--bundle",
        bundle,
        "--train",
        manifest,
        "--valid",
        manifest,
        "--output",
        output.toString());
  }

  @Test
  void whatOnlyAnEncoderDecoderCanDoIsOneSentence() {
    CommandRun timed =
        CommandRun.of(
            "transcribe",
            "--manifest",
            manifest,
            "--bundle",
            bundle,
            "--table",
            "ctc_timed",
            "--timestamps");
    assertThat(timed.code()).isNotZero();
    assertThat(timed.err()).contains("an OWSM-CTC has no timestamps");
  }
}
