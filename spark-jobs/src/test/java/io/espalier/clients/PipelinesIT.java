package io.espalier.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.cli.CommandRun;
import io.espalier.spark.TestSpark;
import io.espalier.spark.ml.DemoAudio;
import io.espalier.spark.ml.SameRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines in PySpark, with the jar for clusters and the Python of the documentation. */
@Tag("slow")
class PipelinesIT {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @Test
  void aPipelineOfJavaGivesInPythonsJvmTheRowsOfTheCommand() throws Exception {
    Dataset<Row> rows = DemoAudio.rows(6);
    rows.coalesce(1).write().parquet(path("manifest.parquet"));
    CommandRun command =
        CommandRun.of(
            "transcribe",
            "--manifest",
            path("manifest.parquet"),
            "--bundle",
            DemoAudio.BUNDLE,
            "--table",
            path("transcripts"),
            // One task, as the DataFrame has one partition: padding, and so cost, depends on
            // batches.
            "--partitions",
            "1",
            "--beam",
            "1",
            "--pad",
            "none");
    assertThat(command.code()).as(command.err()).isZero();
    PipelineStage[] stages = {
      DemoAudio.transcriber().setLanguageCol("language").setTaskCol("task").setIdCol("utt_id")
    };
    new Pipeline().setStages(stages).fit(rows).write().save(path("model"));
    python(
        """
        rows = spark.read.parquet("%1$s/manifest.parquet")
        PipelineModel.load("%1$s/model").transform(rows).write.parquet("%1$s/made")
        """
            .formatted(directory));
    SameRows.require(
        SPARK.read().parquet(path("made")).collectAsList(),
        "transcript",
        SPARK.read().parquet(path("transcripts")),
        // The jar has its version, and classes that are not packaged have none.
        "fingerprint");
  }

  @Test
  void theDocumentedLinesOfPythonMakeSaveAndLoadAPipeline() throws Exception {
    DemoAudio.rows(3).withColumnRenamed("audio", "path").write().parquet(path("calls"));
    List<String> examples = documented();
    assertThat(examples).hasSize(2);
    Program python =
        python(
            """
            calls, bundle, model = spark.read.parquet("%1$s/calls"), "%2$s", "%1$s/saved"
            """
                    .formatted(directory, DemoAudio.BUNDLE)
                + examples.get(1)
                + """
                from espalier_ml import SpeakerEmbedder
                texts.write.parquet("%1$s/texts")
                stage = PipelineModel.load(model).stages[0]
                print(type(stage).__name__, stage.getOrDefault(stage.beam), stage.uid == transcriber.uid)
                embedder = SpeakerEmbedder(bundle=bundle, inputCol="path")
                print(embedder.transform(calls).first().embedding.size)
                try:
                    OwsmTranscriber(beam=0, bundle=bundle, inputCol="path").transform(calls)
                except Exception as e:
                    print(e)
                """
                    .formatted(directory));
    assertThat(python.out())
        .contains("OwsmTranscriber 1 True", "64", "Invalid beam: '0', must be int in [1, 1000]");
    Dataset<Row> texts = SPARK.read().parquet(path("texts"));
    assertThat(texts.where("error_code IS NULL AND length(text) > 5").count()).isEqualTo(3);
  }

  private Program python(String text) throws Exception {
    SparkClient client = new SparkClient(PySpark.ofThisBuild(), directory);
    Path module = Files.writeString(directory.resolve("espalier_ml.py"), documented().get(0));
    Program python =
        client.submit(
            """
            import espalier_ml
            from pyspark.ml import PipelineModel
            from pyspark.sql import SparkSession
            spark = SparkSession.builder.getOrCreate()
            """
                + text,
            "--jars",
            SparkClient.bigJar().toString(),
            "--py-files",
            module.toString(),
            "--driver-memory",
            "2g");
    assertThat(python.exitCode()).as(python.err()).isZero();
    return python;
  }

  /** The Python of the page on Spark ML: the module, and an example. */
  private static List<String> documented() throws IOException {
    return Pattern.compile("(?s)```python\n(.*?)```")
        .matcher(Files.readString(Path.of("../docs/ml.md")))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }
}
