package io.espalier.spark.transcribe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.CapturedLog;
import io.espalier.audio.decoder.BrokenAudioFiles;
import io.espalier.audio.decoder.BrokenAudioFiles.BrokenFile;
import io.espalier.spark.TestSpark;
import io.espalier.spark.stage.Commits;
import io.espalier.spark.stage.StageJob;
import io.espalier.spark.stage.StageSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranscribeTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;
  private TranscribeJob job;
  private FakeTranscribers sound;

  @BeforeEach
  void begin(TestInfo test) {
    job = new TranscribeJob(SPARK, directory);
    sound = FakeTranscribers.sound(test.getDisplayName());
  }

  @Test
  void everyManifestRowBecomesOneRow() {
    job.utterances(10).run(sound);
    List<Row> rows = job.assertOneRowPerInput();
    for (int i = 0; i < 10; i++) {
      assertThat(rows.get(i).<String>getAs("hypothesis")).isEqualTo(TranscribeJob.text(i));
      assertThat(rows.get(i).<Double>getAs("duration_s"))
          .isEqualTo(TranscribeJob.samples(i) / 16_000.0, within(1e-12));
    }
  }

  @Test
  void aRowCarriesEverythingThatTheModelSaid() {
    job.utterances(1).option("keep", "speaker_id,reference").option("run-id", "r").run(sound);
    Row row = job.assertOneRowPerInput().get(0);
    assertThat(row.<String>getAs("run_id")).isEqualTo("r");
    assertThat(row.<String>getAs("language")).isEqualTo("deu");
    assertThat(row.<String>getAs("task")).isEqualTo("asr");
    assertThat(row.<String>getAs("reference")).isEqualTo("ref utt-000");
    assertThat(row.<String>getAs("speaker_id")).isEqualTo("speaker");
    assertThat(row.<Integer>getAs("attempt")).isEqualTo(1);
    assertThat(row.<Row>getAs("gates")).isEqualTo(RowFactory.create("1011", "110", 0.75, 2.0 / 3));
    assertThat(row.<Row>getAs("gflops"))
        .isEqualTo(RowFactory.create(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.08, 0.16));
    assertThat(row.<List<Row>>getList(row.fieldIndex("segments")))
        .isEqualTo(List.of(RowFactory.create(0.0, 0.5, "half")));
    // 0.01 s of audio in 10 + 30 ms.
    assertThat(row.<Double>getAs("rtfx")).isEqualTo(0.25, within(1e-12));
    assertThat(row.<String>getAs("device")).isEqualTo("cpu");
    assertThat(row.<String>getAs("fingerprint")).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKeptColumnMayHaveAnyName(boolean inFiles) {
    String name = "room`s no. 1 \u00fc";
    String manifest = sub("named.parquet").toString();
    if (inFiles) {
      job.option("table", sub("table").toString());
    }
    for (int count : new int[] {1, 2}) {
      job.utterances(1);
      SPARK
          .read()
          .parquet(sub("manifest.parquet").toString())
          .withColumn(name, concat(lit("hall "), col("utt_id")))
          .write()
          .mode("overwrite")
          .parquet(manifest);
      StageSummary summary =
          job.option("manifest", manifest).option("keep", name).option("run-id", "r").run(sound);
      job.option("manifest", sub("manifest.parquet").toString());
      assertThat(summary.written()).isEqualTo(1);
      assertThat(job.rows())
          .hasSize(count)
          .allSatisfy(
              row ->
                  assertThat(row.<String>getAs(name))
                      .isEqualTo("hall " + row.<String>getAs("utt_id")));
    }
  }

  @Test
  void aRowsOwnLanguageAndPromptWinOverTheDefaults() {
    String wav = job.wav(0).toString();
    job.row(RowFactory.create("a", wav, "de", "before", null, null))
        .row(RowFactory.create("b", wav, null, null, null, null))
        .row(RowFactory.create("c", wav, "auto", null, null, null))
        .writeManifest()
        .option("language", "fr")
        .option("task", "st_eng")
        .run(sound);
    List<Row> rows = job.assertOneRowPerInput();
    assertThat(rows).extracting(row -> row.getAs("language")).containsExactly("deu", "fra", "xyz");
    assertThat(rows).extracting(row -> row.getAs("task")).containsOnly("st_eng");
    assertThat(rows.get(0).<String>getAs("hypothesis")).startsWith("before ");
  }

  @Test
  void brokenFilesBecomeFailedRowsWithTheirCodes() throws IOException {
    List<BrokenFile> broken = BrokenAudioFiles.writeAll(Files.createDirectory(sub("broken")));
    broken.forEach(file -> job.row(file.name(), file.path().toString()));
    StageSummary summary = job.utterances(5).run(sound);
    Map<String, String> codes =
        job.assertOneRowPerInput().stream()
            .filter(row -> row.getAs("status").equals("failed"))
            .collect(Collectors.toMap(row -> row.getAs("utt_id"), row -> row.getAs("error_code")));
    assertThat(codes)
        .isEqualTo(
            broken.stream()
                .collect(Collectors.toMap(BrokenFile::name, file -> file.code().name())));
    assertThat(summary.failed()).isEqualTo(broken.size());
  }

  @Test
  void whatIsOddAboutAudioIsToldByItsRowAndTheSummary() throws IOException {
    job.row("odd", job.antiphase().toString());
    job.row("worse", Files.write(sub("empty.wav"), new byte[0]).toString());
    StageSummary summary = job.utterances(1).run(sound);
    List<Row> rows = job.assertOneRowPerInput();
    assertThat(rows).extracting(row -> row.getAs("status")).containsExactly("ok", "ok", "failed");
    assertThat(warnings(rows.get(0))).containsExactly("AUDIO_CHANNELS_CANCEL");
    assertThat(warnings(rows.get(1))).isEmpty();
    assertThat(rows.get(2).<Object>getAs("warnings")).isNull();
    assertThat(summary.warnings()).isEqualTo(Map.of("AUDIO_CHANNELS_CANCEL", 1L));
    assertThat(summary.report()).contains("Warnings: AUDIO_CHANNELS_CANCEL in 1 row");
  }

  private static List<String> warnings(Row row) {
    return row.getList(row.fieldIndex("warnings"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTableOfBeforeTheWarningsGoesOn(boolean inFiles) throws IOException {
    if (inFiles) {
      job.option("table", directory.resolve("table").toString());
    }
    Path late = sub("late.wav");
    job.utterances(2).row("utt-050", late.toString()).writeManifest().run(sound);
    job.drop("warnings");
    Files.copy(job.wav(5), late);
    job.row("utt-100", job.antiphase().toString()).writeManifest().run(sound);
    List<Row> rows = job.assertOneRowPerInput();
    assertThat(rows).extracting(row -> row.getAs("status")).containsOnly("ok");
    assertThat(rows.get(0).<Object>getAs("warnings")).isNull();
    assertThat(warnings(rows.get(2))).isEmpty();
    assertThat(warnings(rows.get(3))).containsExactly("AUDIO_CHANNELS_CANCEL");
  }

  @Test
  void everyCommitIsLoggedAndNoRowIs() {
    job.option("commit-every", "4").utterances(12);
    try (CapturedLog job = CapturedLog.of(StageJob.class);
        CapturedLog commits = CapturedLog.of(Commits.class)) {
      StageSummary summary = this.job.run(sound);
      assertThat(job.lines())
          .singleElement()
          .asString()
          .contains("Run " + summary.runId(), "lacks 12 rows");
      assertThat(commits.lines())
          .hasSizeBetween(1, 3)
          .allSatisfy(line -> assertThat(line).startsWith("INFO Committed group"));
      assertThat(
              commits.lines().stream()
                  .mapToInt(line -> Integer.parseInt(line.replaceAll(".*: ([0-9]+) rows.*", "$1")))
                  .sum())
          .isEqualTo(12);
    }
  }

  @Test
  void theErrorBudgetIsAShareOfTheManifest() {
    job.utterances(8);
    job.row("gone", directory.resolve("gone.wav").toString()).writeManifest();
    assertThat(job.option("max-failed-fraction", "0.05").run(sound).overBudget()).isTrue();
    assertThat(job.option("max-failed-fraction", "0.2").run(sound).overBudget()).isFalse();
  }

  @Test
  void partitionsAndOrderDoNotChangeTheTable() {
    job.utterances(9).option("partitions", "1").option("run-id", "a").run(sound);
    job.option("partitions", "4").option("commit-every", "3").option("run-id", "b").run(sound);
    List<String> texts =
        job.rows().stream()
            .map(row -> row.getAs("utt_id") + ":" + row.getAs("hypothesis"))
            .toList();
    assertThat(texts).hasSize(18);
    assertThat(texts.stream().distinct()).hasSize(9);
  }

  @Test
  void aLimitTakesTheFirstIds() {
    job.utterances(9).option("limit", "2").run(sound);
    assertThat(job.rows())
        .extracting(row -> row.getAs("utt_id"))
        .containsExactly("utt-000", "utt-001");
  }

  @Test
  void noThreadOutlivesTheJob() {
    job.utterances(6).run(sound);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("decode-ahead"));
  }

  private Path sub(String name) {
    return directory.resolve(name);
  }
}
