package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.checkpoint.Bundle;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.SparsityRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  private static final Path DEMO = Path.of("src/main/demo").toAbsolutePath();
  static final String SCRATCH =
      """
      model:
        config:
          frontend_conf: {fs: 16k, hop_length: 256, win_length: 400, n_mels: 20}
          encoder_conf:
            output_size: 16
            attention_heads: 2
            attention_layer_type: selfattn
            pos_enc_layer_type: abs_pos
            cgmlp_linear_units: 32
            cgmlp_conv_kernel: 3
            num_blocks: 1
            input_layer: conv2d
            use_ffn: true
            macaron_ffn: true
            ffn_activation_type: swish
            linear_units: 32
          decoder_conf: {attention_heads: 2, linear_units: 32, num_blocks: 1}
          model_conf: {ctc_weight: 0.3}
          preprocessor_conf: {speech_length: 6, last_time_symbol: none}
        symbols: [<na>, <deu>, <eng>, <fra>, <ita>, <asr>, <st_eng>, <notimestamps>]
        pieces: 70
      """;
  static final String REST =
      """
      name: tiny
      seed: 1
      data:
        tasks: {asr: transcript, st_eng: translation}
        text_prev_share: 0
        full_window_share: 0
      objective:
        {ctc_weight: 0.3, label_smoothing: 0.1, dropout: 0, attention_dropout: 0, precision: float32}
      optimizer: {betas: [0.9, 0.98], epsilon: 1.0e-6, weight_decay: 0, clip_norm: 5}
      learning_rate: {peak: 1.0e-3, warmup: 10}
      schedule:
        batch_sizes: [4]
        accumulate: 1
        max_steps: 4
        log_every: 1
        validate_every: 2
        validate_utterances: 2
        checkpoint_every: 2
        average: 1
        patience: 0
      """;

  private static final String GATES =
      """
      gates:
        contexts: [speaker, event, task]
        projection: 4
        hidden: 8
        spread: {contexts: [task], logits: 1}
        context_dropout: 0.3
        temperature: {first: 2, last: 1, steps: 4}
        sparsity: {weight: 1, measure: modules}
        targets: {encoder: [0.1, 0.5], decoder: [0, 0.3], asked: 0.3, curriculum: 2}
      """;

  @TempDir private Path directory;
  private Path manifest;

  @BeforeEach
  void takeSomeOfTheDemo() throws IOException {
    List<String> lines = new ArrayList<>();
    List<String> all = Files.readAllLines(DEMO.resolve("manifest.jsonl"));
    for (int i = 0; i < all.size(); i += 10) {
      JsonObject row = JsonParser.parseString(all.get(i)).getAsJsonObject();
      row.addProperty("audio", DEMO.resolve(row.get("audio").getAsString()).toString());
      lines.add(row.toString());
    }
    JsonObject broken = JsonParser.parseString(lines.get(0)).getAsJsonObject();
    broken.addProperty("utt_id", "broken");
    broken.addProperty("audio", directory.resolve("missing.wav").toString());
    lines.add(broken.toString());
    manifest = directory.resolve("manifest.jsonl");
    Files.write(manifest, lines);
  }

  @Test
  void aModelIsTrainedFromScratchAndThenFurther() throws IOException {
    Path output = directory.resolve("scratch");
    CommandRun first = train(output, REST + SCRATCH, "--max-steps", "2");
    assertThat(first.code()).as(first.err()).isEqualTo(ExitCode.DONE);
    assertThat(first.out()).contains("Wrote " + output.resolve("bundle"));
    assertThat(first.out())
        .contains("Read 12 utterances", "left out 1. Examples: [broken:", "step 2 of 2")
        .contains("Validation at step 2");

    CommandRun second = train(output, REST + SCRATCH);
    assertThat(second.code()).as(second.err()).isEqualTo(ExitCode.DONE);
    assertThat(second.out()).contains("already exist", "Resuming after step 2 of 4");

    Path fineTuned = directory.resolve("fine-tuned");
    CommandRun third = train(fineTuned, REST, "--bundle", output.resolve("bundle").toString());
    assertThat(third.code()).as(third.err()).isEqualTo(ExitCode.DONE);
    assertThat(Bundle.open(fineTuned.resolve("bundle")).config())
        .isEqualTo(Bundle.open(output.resolve("bundle")).config());
  }

  @Test
  void gatesLookAtContextsOfATable() throws IOException {
    String recipe = REST + SCRATCH + GATES;
    CommandRun without = train(directory.resolve("without"), recipe);
    assertThat(without.code()).isEqualTo(ExitCode.USAGE);
    assertThat(without.err()).contains("context speaker: no utterance has it");

    String table = directory.resolve("contexts").toString();
    CommandRun contexts =
        CommandRun.of(
            "context",
            "--manifest=" + manifest,
            "--bundle=" + DEMO.resolve("bundle"),
            "--contexts=" + table,
            "--max-failed-fraction=1");
    assertThat(contexts.code()).as(contexts.err()).isEqualTo(ExitCode.DONE);
    Path output = directory.resolve("gated");
    CommandRun run =
        train(output, recipe, "--train-contexts=" + table, "--valid-contexts=" + table);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains("manifest.jsonl with " + table);
    GateConfig gates = Bundle.open(output.resolve("bundle")).gates().orElseThrow();
    assertThat(gates.contexts())
        .containsExactlyInAnyOrder(ContextKind.SPEAKER, ContextKind.EVENT, ContextKind.TASK);
    assertThat(gates.speakerSize()).isPositive();
    assertThat(gates.decoder()).isEqualTo(new SparsityRange(0, 0.3));
  }

  @Test
  void aRecipeWithoutModelAsksForABundle() throws IOException {
    CommandRun run = train(directory.resolve("out"), REST);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("its recipe has no model. Give one with --bundle");
  }

  @Test
  void aMistakeInTheRecipeIsUsageWithoutAStackTrace() throws IOException {
    CommandRun run =
        train(directory.resolve("out"), REST.replace("clip_norm", "clipnorm") + SCRATCH);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains("optimizer.clip_norm is missing")
        .contains("optimizer.clipnorm is not known, the nearest known key is optimizer.clip_norm")
        .doesNotContain("\tat ");
  }

  private CommandRun train(Path output, String recipe, String... more) throws IOException {
    Path file = directory.resolve("recipe.yaml");
    Files.writeString(file, recipe);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--recipe=" + file,
                "--train=" + manifest,
                "--valid=" + manifest,
                "--output=" + output,
                "--threads=1"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }
}
