package io.espalier.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.audio.AudioLimits;
import io.espalier.checkpoint.Bundle;
import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.train.StaticChoice;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The user's rules of which audio may be read hold in every command that reads audio. */
class AudioRulesTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final Path DEMO = Path.of("src/main/demo").toAbsolutePath();
  private static final String TEST_SET = DEMO.resolve("test.parquet").toString();
  private static final String TOO_LONG = "audio-max-duration-s=0.25";

  @TempDir private Path directory;

  @Test
  void transcribing() {
    run("transcribe", TOO_LONG, "--manifest", TEST_SET, "--limit", "3", "--table", table());
    assertAllTooLong(SPARK.read().parquet(table()), 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"context", "run"})
  void contexts(String command) {
    run(command, TOO_LONG, "--manifest", TEST_SET, "--limit", "3", "--contexts", table());
    assertAllTooLong(SPARK.read().parquet(table()), 3);
  }

  @Test
  void comparing() throws IOException {
    Path recipe =
        Files.writeString(
            directory.resolve("compare.yaml"),
            """
            name: rules
            manifest: %s
            options: {beam: 1, limit: 3}
            models:
              demo: {bundle: %s}
            variants:
              - {name: open, model: demo, gates: open}
            """
                .formatted(TEST_SET, DEMO.resolve("bundle")));
    run("compare", TOO_LONG, "--recipe", recipe.toString(), "--tables", "rules");
    assertAllTooLong(SPARK.table("rules_transcripts"), 3);
  }

  @Test
  void choosingModules() throws IOException {
    AudioRules rules =
        new AudioRules(
            List.of("file"),
            new AudioLimits(
                AudioLimits.DEFAULT_MAX_BYTES,
                0.25,
                AudioLimits.DEFAULT_MAX_CHANNELS,
                AudioLimits.DEFAULT_MIN_SAMPLE_RATE,
                AudioLimits.DEFAULT_MAX_SAMPLE_RATE,
                AudioLimits.DEFAULT_TIMEOUT_MS));
    Bundle bundle = Bundle.open(DEMO.resolve("bundle"));
    StaticChoice choice = new StaticChoice(SPARK, TEST_SET, 3, rules);
    assertThatThrownBy(() -> choice.of(bundle, 0.1, 0.1))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no row can be used")
        .hasMessageContaining("0.25 s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo-gates.yaml", "demo-speaker.yaml"})
  void training(String recipe) {
    CommandRun run =
        run(
            "train",
            TOO_LONG,
            "--recipe",
            Path.of("../conf/recipes").resolve(recipe).toString(),
            "--train",
            TEST_SET,
            "--valid",
            TEST_SET,
            "--output",
            directory.resolve("run").toString(),
            "--bundle",
            DEMO.resolve("bundle").toString());
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("no row can be used", "0.25 s");
  }

  @Test
  void channelsOfKaldiSegments() throws IOException {
    Path stereo = new TranscribeJob(SPARK, directory).antiphase();
    Path kaldi = Files.createDirectory(directory.resolve("kaldi"));
    Files.writeString(kaldi.resolve("wav.scp"), "r " + stereo + "\n");
    Files.writeString(kaldi.resolve("segments"), "u r 0 0.3 0\n");
    String[] arguments = {kaldi.toString(), "--table", table(), "--overwrite"};

    CommandRun read = run("manifest", "audio-max-duration-s=1", arguments);
    assertThat(read.err()).contains("they select channel 0").contains(stereo.toString());

    CommandRun notRead = run("manifest", "audio-schemes=hdfs", arguments);
    assertThat(notRead.code()).as(notRead.err()).isZero();
  }

  private String table() {
    return directory.resolve("table.parquet").toString();
  }

  private static CommandRun run(String command, String rule, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--conf", "spark.espalier." + rule));
    all.addAll(List.of("--conf", "spark.espalier.resamples=0"));
    if (List.of("transcribe", "run", "context").contains(command)) {
      all.addAll(List.of("--bundle", DEMO.resolve("bundle").toString()));
    }
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static void assertAllTooLong(Dataset<Row> rows, long count) {
    assertThat(rows.count()).isEqualTo(count);
    assertThat(rows.where(not(col("error_code").eqNullSafe("AUDIO_TOO_LONG"))).count()).isZero();
  }
}
