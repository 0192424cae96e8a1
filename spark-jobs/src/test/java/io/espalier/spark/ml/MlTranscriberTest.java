package io.espalier.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.cli.CommandRun;
import io.espalier.spark.TestSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MlTranscriberTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @Test
  void aSavedPipelineGivesTheRowsOfTheCommand() throws Exception {
    Dataset<Row> rows = withOneMissing(DemoAudio.rows(5));
    String manifest = path("manifest.parquet");
    rows.coalesce(1).write().parquet(manifest);
    CommandRun command =
        CommandRun.of(
            "transcribe",
            "--manifest",
            manifest,
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
            "none",
            "--language",
            "deu",
            "--max-failed-fraction",
            "1");
    assertThat(command.code()).as(command.err()).isZero();

    PipelineStage[] stages = {
      new SQLTransformer().setStatement("SELECT * FROM __THIS__ WHERE utt_id IS NOT NULL"),
      DemoAudio.transcriber()
          .setLanguage("deu")
          .setIdCol("utt_id")
          .setLanguageCol("language")
          .setTaskCol("task")
    };
    new Pipeline().setStages(stages).fit(rows).write().save(path("model"));
    List<Row> transcribed =
        PipelineModel.load(path("model")).transform(SPARK.read().parquet(manifest)).collectAsList();
    Dataset<Row> table = SPARK.read().parquet(path("transcripts"));
    SameRows.require(transcribed, "transcript", table);
    assertThat(transcribed)
        .allSatisfy(
            row ->
                assertThat(row.<String>getAs("text"))
                    .isEqualTo(row.<Row>getAs("transcript").getAs("hypothesis")));
    assertThat(table.where("error_code = 'AUDIO_NOT_FOUND'").count()).isEqualTo(1);
    assertThat(table.where("length(hypothesis) > 10").count()).isEqualTo(4);
  }

  @Test
  void otherColumnsStayAsTheyAreWhateverTheyAreCalled() {
    Metadata note = new MetadataBuilder().putString("note", "kept").build();
    Dataset<Row> rows =
        DemoAudio.rows(1)
            .select(
                col("audio").as("my.audio"),
                lit(7).as("a`b c.d", note),
                lit(null).cast("decimal(9,2)").as("AUDIO"),
                lit(new byte[] {1}).as("bytes"));
    OwsmTranscriber transcriber =
        DemoAudio.transcriber().setInputCol("my.audio").setOutputCol("o").setTextCol("t");
    Dataset<Row> transcribed = transcriber.transform(rows);
    StructType schema = transcribed.schema();
    assertThat(schema.fieldNames())
        .containsExactly("my.audio", "a`b c.d", "AUDIO", "bytes", "t", "o");
    assertThat(schema.fields()[1].metadata()).isEqualTo(note);
    assertThat(schema.fields()[2].dataType()).isEqualTo(DataTypes.createDecimalType(9, 2));
    assertThat(types(schema)).isEqualTo(types(transcriber.transformSchema(rows.schema())));
    Row row = transcribed.first();
    assertThat(row.getString(0)).isEqualTo(rows.first().getString(0));
    assertThat(row.getInt(1)).isEqualTo(7);
    assertThat(row.<byte[]>getAs(3)).containsExactly(1);
    assertThat(row.getString(4)).isNotBlank();
  }

  @Test
  void rowsThatFailAreKeptSkippedOrAnError() {
    Dataset<Row> rows = withOneMissing(DemoAudio.rows(2)).coalesce(1);
    OwsmTranscriber transcriber = DemoAudio.transcriber().setIdCol("utt_id");
    Dataset<Row> kept = transcriber.transform(rows);
    Row failed = kept.where("transcript.error_code IS NOT NULL").first();
    assertThat(failed.<String>getAs("text")).isNull();
    assertThat(failed.<Row>getAs("transcript").<String>getAs("error_message"))
        .contains("Cannot read audio");
    assertThat(
            transcriber
                .copy(new org.apache.spark.ml.param.ParamMap())
                .setHandleInvalid("skip")
                .transform(rows)
                .collectAsList())
        .hasSize(1);
    Dataset<Row> strict = transcriber.setHandleInvalid("error").transform(rows);
    assertThatThrownBy(strict::collectAsList)
        .rootCause()
        .hasMessageContaining(failed.<String>getAs("utt_id"))
        .hasMessageContaining("failed with AUDIO_NOT_FOUND, and handleInvalid is error");
  }

  @Test
  void idsMayRepeatOrBeNull() {
    Dataset<Row> one = DemoAudio.rows(1);
    Dataset<Row> rows =
        one.union(one)
            .union(one.withColumn("utt_id", lit(null).cast("string")))
            .union(one.withColumn("utt_id", lit("row#0")))
            .coalesce(1);
    List<Row> transcribed =
        DemoAudio.transcriber().setIdCol("utt_id").transform(rows).collectAsList();
    assertThat(transcribed).hasSize(4);
    assertThat(transcribed).extracting(row -> row.getAs("text")).doesNotContainNull();
    assertThat(transcribed.stream().map(row -> row.<String>getAs("text")).distinct()).hasSize(1);
    String id = one.first().getAs("utt_id");
    assertThat(transcribed)
        .extracting(row -> row.<String>getAs("utt_id"))
        .containsExactlyInAnyOrder(id, id, null, "row#0");
  }

  @Test
  void aBatchCanBeBytesAndAPartOfAFile() {
    Dataset<Row> files =
        SPARK
            .read()
            .format("binaryFile")
            .load(DemoAudio.rows(1).first().<String>getAs("audio"))
            .select(col("content"), lit(0.5f).as("from"), lit(1).as("to"), lit("en").as("lang"));
    Row row =
        DemoAudio.transcriber()
            .setInputCol("content")
            .setStartCol("from")
            .setEndCol("to")
            .setLanguageCol("lang")
            .setTask("st_deu")
            .transform(files)
            .first();
    Row transcript = row.getAs("transcript");
    assertThat(transcript.<Double>getAs("duration_s")).isEqualTo(0.5);
    assertThat(transcript.<String>getAs("task")).isEqualTo("st_deu");
    assertThat(transcript.<String>getAs("language")).isEqualTo("eng");
  }

  private static Dataset<Row> withOneMissing(Dataset<Row> rows) {
    String last = rows.selectExpr("max(utt_id)").first().getString(0);
    return rows.withColumn(
        "audio",
        when(col("utt_id").equalTo(last), concat(col("audio"), lit(".gone")))
            .otherwise(col("audio")));
  }

  private static List<String> types(StructType schema) {
    return List.of(schema.fields()).stream()
        .map((StructField field) -> field.name() + " " + field.dataType().catalogString())
        .toList();
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }
}
