package io.espalier.spark.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.spark.context.FakeContexts;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.manifest.ManifestMaker;
import io.espalier.spark.report.Report;
import io.espalier.spark.score.Score;
import io.espalier.spark.score.ScoreOptions;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.session.SqlRunner;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.transcribe.FakeTranscribers;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every stage with {@code spark.sql.ansi.enabled}, which some clusters set and Spark 4 is born
 * with.
 */
class AnsiModeTest {
  private static final SparkSession SPARK = ansi();

  @TempDir Path directory;

  @Test
  void theModeIsOn() {
    assertThat(SPARK.conf().get("spark.sql.ansi.enabled")).isEqualTo("true");
  }

  @Test
  void cutsWithoutSupervisionsMakeAManifest() throws IOException {
    make(
        "cuts.jsonl",
        """
        {"id": "a", "start": 0, "duration": 3, "channel": 0, "type": "MonoCut", "supervisions": [], \
        "recording": {"id": "r", "sources": [{"type": "file", "channels": [0], "source": "/a.wav"}], \
        "sampling_rate": 16000, "num_samples": 48000, "duration": 3}}
        """);
  }

  @Test
  void nemosLinesMakeAManifest() throws IOException {
    make(
        "nemo.jsonl",
        """
        {"audio_filepath": "a.wav", "offset": 1.5, "duration": 2, "text": "x", "shard_id": -1}
        {"audio_filepath": "b.wav", "text": 7, "target_lang": "en", "source_lang": "de"}
        """);
  }

  @Test
  void kaldisDirectoryMakesAManifest() throws IOException {
    Path kaldi = Files.createDirectory(directory.resolve("k"));
    Files.writeString(kaldi.resolve("wav.scp"), "r1 a.wav\n");
    Files.writeString(kaldi.resolve("segments"), "u1 r1 1e-05 2\nu2 r1 2 -1\n");
    Files.writeString(kaldi.resolve("text"), "u1 <deu><asr> hallo\nu2\n");
    make("k", null);
  }

  @Test
  void audioFilesMakeAManifest() throws IOException {
    Files.createDirectory(directory.resolve("d"));
    Files.writeString(directory.resolve("d/a.wav"), "");
    make("d", null);
  }

  @Test
  void transcribingResumesAndRetries() throws IOException {
    TranscribeJob job = new TranscribeJob(SPARK, directory).utterances(6);
    job.row("gone", directory.resolve("gone.wav").toString()).writeManifest();
    job.run(FakeTranscribers.sound("ansi"));
    Files.copy(directory.resolve("000.wav"), directory.resolve("gone.wav"));
    StageSummary again = job.run(FakeTranscribers.sound("ansi"));
    assertThat(job.assertOneRowPerInput()).allMatch(row -> row.getAs("status").equals("ok"));
    assertThat(again.failed()).isZero();
  }

  @Test
  void contextsAreMadeClusteredAndJoined() {
    TranscribeJob contexts =
        new TranscribeJob(SPARK, directory).utterances(12).option("clusters", "2");
    contexts.run(FakeContexts.of(2));
    TranscribeJob job =
        new TranscribeJob(SPARK, directory)
            .option("with-contexts", contexts.table())
            .option("speaker-context", "cluster")
            .option("manifest", directory.resolve("manifest.parquet").toString());
    assertThat(job.run(FakeTranscribers.sound("ansi")).failed()).isZero();
  }

  @Test
  void runsAreScoredComparedAndDrawn() {
    Map<String, String> options = new HashMap<>(PipelineRuns.tables());
    options.put("scores", PipelineRuns.NAMESPACE + ".ansi_scores");
    options.put("score-groups", PipelineRuns.NAMESPACE + ".ansi_score_groups");
    options.put("resamples", "20");
    score(options);
    List<String> all = figures("score_groups", "grouping = 'all'");
    assertThat(figures("ansi_score_groups", "grouping = 'all'")).isEqualTo(all);
    options.put("score-comparisons", PipelineRuns.NAMESPACE + ".ansi_comparisons");
    ScoreOptions compared = ScoreOptions.of(SessionConf.of(Map.of(), options));
    assertThat(Score.compare(SPARK, compared, "dense", "pruned").json()).contains("p_value");
    assertThat(new Report(SPARK, SessionConf.of(Map.of(), options), List.of()).html())
        .contains("<h2>Overview</h2>")
        .doesNotContain("Nothing to show");
  }

  @Test
  void rowsThatCostNothingSaveNothing() {
    String table = directory.resolve("free").toString();
    SPARK
        .table(PipelineRuns.tables().get("table"))
        .filter("status = 'ok' AND run_id = 'dense'")
        .withColumn(
            "gflops", col("gflops").withField("total", lit(0.0)).withField("dense", lit(0.0)))
        .write()
        .parquet(table);
    Map<String, String> options = new HashMap<>(Map.of("table", table, "resamples", "0"));
    options.put("scores", directory.resolve("scores").toString());
    options.put("score-groups", directory.resolve("groups").toString());
    score(options);
    assertThat(
            SPARK
                .read()
                .parquet(options.get("score-groups"))
                .filter("saved_fraction IS NULL")
                .count())
        .isPositive();
  }

  @Test
  void everyTypeIsPrinted() {
    StringWriter out = new StringWriter();
    new SqlRunner(SPARK, SqlRunner.Format.CSV, new PrintWriter(out))
        .run(
            "SELECT array(1) a, map('k', 1) b, named_struct('x', 1) c, X'00' d, true e,"
                + " DATE'2020-01-02' f, 1.5BD g");
    assertThat(out.toString().lines().toList().get(1))
        .isEqualTo("[1],{k -> 1},{1},AA==,true,2020-01-02,1.5");
  }

  private static void score(Map<String, String> options) {
    new Score(SPARK, ScoreOptions.of(SessionConf.of(Map.of(), options))).run();
  }

  private static List<String> figures(String table, String where) {
    return SPARK
        .sql(
            "SELECT run_id, utterances, wer, bleu, saved_fraction, rtfx FROM %s.%s WHERE %s ORDER BY"
                    .formatted(PipelineRuns.NAMESPACE, table, where)
                + " run_id")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  private void make(String name, String lines) throws IOException {
    Path source = directory.resolve(name);
    if (lines != null) {
      Files.writeString(source, lines);
    }
    String table = directory.resolve("out").toString();
    long count =
        ManifestMaker.make(
                SPARK,
                new ManifestMaker.Request(
                    source.toString(),
                    ManifestMaker.Kind.AUTO,
                    Optional.empty(),
                    Map.of(),
                    Optional.of("German"),
                    Optional.empty()),
                table,
                false)
            .utterances();
    assertThat(Manifest.open(SPARK, table).count()).isEqualTo(count).isPositive();
  }

  private static SparkSession ansi() {
    SparkSession session = TestSpark.session().newSession();
    session.conf().set("spark.sql.ansi.enabled", "true");
    return session;
  }
}
