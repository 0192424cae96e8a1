package io.espalier.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.cli.CommandRun;
import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeakerEmbedderTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @Test
  void contextsAndTranscriptsAreThoseOfTheCommands() throws IOException {
    Dataset<Row> rows = DemoAudio.rows(4);
    rows.coalesce(1).write().parquet(path("manifest.parquet"));
    run("context", "--contexts", path("contexts"), "--clustering", "none");
    run(
        "transcribe",
        "--with-contexts",
        path("contexts"),
        "--table",
        path("transcripts"),
        "--beam",
        "1",
        "--pad",
        "none");
    PipelineStage[] stages = {
      new SpeakerEmbedder()
          .setBundle(DemoAudio.BUNDLE)
          .setLanguageCol("language")
          .setIdentifyLanguage(true),
      DemoAudio.transcriber().setContextCol("context").setTaskCol("task")
    };
    List<Row> made = new Pipeline().setStages(stages).fit(rows).transform(rows).collectAsList();
    // Costs of contexts depend on their batches. The command's fingerprint names its table.
    SameRows.require(made, "context", SPARK.read().parquet(path("contexts")), "gflops");
    SameRows.require(
        made, "transcript", SPARK.read().parquet(path("transcripts")), "gflops", "fingerprint");
    assertThat(made)
        .allSatisfy(
            row ->
                assertThat(
                        row.<Row>getAs("transcript").<Row>getAs("gflops").<Double>getAs("context"))
                    .isPositive());
  }

  @Test
  void vectorsAreReadyForSparksOwnStages() {
    Dataset<Row> rows =
        DemoAudio.rows(6).union(DemoAudio.rows(1).withColumn("audio", lit("/gone.wav")));
    PipelineStage[] stages = {
      new SpeakerEmbedder().setBundle(DemoAudio.BUNDLE).setHandleInvalid("skip"),
      new Normalizer().setInputCol("embedding").setOutputCol("unit"),
      new KMeans().setFeaturesCol("unit").setPredictionCol("speaker").setK(2).setSeed(1)
    };
    PipelineModel model = new Pipeline().setStages(stages).fit(rows);
    List<Row> clustered = model.transform(rows).collectAsList();
    assertThat(clustered).hasSize(6);
    assertThat(clustered).extracting(row -> row.getAs("speaker")).contains(0, 1);
    Row first = clustered.get(0);
    assertThat(first.<Vector>getAs("embedding").size())
        .isEqualTo(
            first
                .<Row>getAs("context")
                .getList(first.<Row>getAs("context").fieldIndex("speaker"))
                .size());
  }

  @Test
  void languagesAreIdentifiedOnlyIfAsked() {
    Dataset<Row> row = DemoAudio.rows(1).select("audio");
    SpeakerEmbedder embedder = new SpeakerEmbedder().setBundle(DemoAudio.BUNDLE);
    assertThat(language(embedder, row)).isNull();
    assertThat(language(embedder.setIdentifyLanguage(true), row)).isEqualTo("deu");
  }

  @Test
  void aBundleWithoutASpeakerEncoderIsToldBeforeAnyWork() throws IOException {
    Files.writeString(
        directory.resolve("bundle.yaml"),
        Files.readString(Path.of(DemoAudio.BUNDLE, "bundle.yaml")).replace("speaker.", "other."));
    SpeakerEmbedder embedder = new SpeakerEmbedder().setBundle(directory.toString());
    assertThatThrownBy(() -> embedder.transform(DemoAudio.rows(1)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot embed speakers: " + directory + " has no speaker encoder");
  }

  private static String language(SpeakerEmbedder embedder, Dataset<Row> row) {
    return embedder.transform(row).select(col("context.language")).first().getString(0);
  }

  private void run(String command, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(command, "--manifest", path("manifest.parquet"), "--bundle", DemoAudio.BUNDLE));
    arguments.addAll(List.of(more));
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }
}
