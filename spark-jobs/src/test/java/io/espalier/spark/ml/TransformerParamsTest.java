package io.espalier.spark.ml;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.ConfKey;
import io.espalier.conf.UsageException;
import io.espalier.search.DecodingKeys;
import io.espalier.spark.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformerParamsTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @Test
  void theDocumentationHasTheTablesOfParameters() throws IOException {
    String page = Files.readString(Path.of("../docs/ml.md"));
    assertThat(page).contains(table(new OwsmTranscriber()), table(new SpeakerEmbedder()));
  }

  @Test
  void everyOptionThatDecidesWhatARowSaysIsAParameter() throws IllegalAccessException {
    List<String> wanted =
        new ArrayList<>(List.of("bundle", "language", "task", "device", "precision"));
    for (Field field : DecodingKeys.class.getFields()) {
      wanted.add(((ConfKey<?>) field.get(null)).name());
    }
    assertThat(wanted).contains("beam", "gates", "pad").hasSizeGreaterThan(18);
    assertThat(new OwsmTranscriber().keyParams().names()).containsAll(wanted);
    assertThat(new SpeakerEmbedder().keyParams().names())
        .contains(
            "bundle",
            "language",
            "context-device",
            "speaker-window-s",
            "event-window-s",
            "context-batch-seconds",
            "min-language-probability",
            "uncertain-language");
  }

  @Test
  void aValueIsCheckedWhenItIsSet() {
    OwsmTranscriber transcriber = new OwsmTranscriber();
    assertThatThrownBy(() -> transcriber.setBeam(0))
        .isInstanceOf(UsageException.class)
        .hasMessage("Invalid beam: '0', must be int in [1, 1000]");
    assertThatThrownBy(() -> transcriber.setPrecision("half"))
        .hasMessage(
            "Invalid precision: 'half', must be one of auto, float32, bfloat16, float16, int8");
    assertThatThrownBy(() -> transcriber.setTask("summary")).hasMessageContaining("must be asr");
    assertThatThrownBy(() -> transcriber.setDevice("tpu"))
        .hasMessageContaining("must be auto, cpu");
    assertThatThrownBy(() -> transcriber.setHandleInvalid("drop"))
        .hasMessage("Invalid handleInvalid: 'drop', must be one of keep, skip, error");
    assertThat(transcriber.getBeam()).isEqualTo(new OwsmTranscriber().getBeam());
  }

  @Test
  void whatWasSavedIsReadAndWhatWasNotSetIsNot() throws IOException {
    OwsmTranscriber transcriber =
        new OwsmTranscriber("mine")
            .setBundle("/models/owsm")
            .setBeam(3)
            .setCtcWeight(0.25)
            .setTimestamps(true)
            .setLanguage("German")
            .setTargetSparsity(0.5);
    transcriber.write().overwrite().save(directory.resolve("stage").toString());
    OwsmTranscriber read = OwsmTranscriber.load(directory.resolve("stage").toString());
    assertThat(read.uid()).isEqualTo("mine");
    assertThat(read.explainParams()).isEqualTo(transcriber.explainParams());
    assertThat(read.isSet(read.pad())).isFalse();
    OwsmTranscriber copy = read.copy(new ParamMap().put(read.beam(), (Object) 2));
    assertThat(copy.getBeam()).isEqualTo(2);
    assertThat(copy.getCtcWeight()).isEqualTo(0.25);
    assertThat(read.getBeam()).isEqualTo(3);
    try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
      out.writeObject(copy);
    }
  }

  @Test
  void mistakesInColumnsAreToldTogether() {
    Dataset<Row> rows =
        SPARK
            .range(1)
            .select(lit(1.5).as("audio"), lit("x").as("Text"), lit("y").as("c"), lit("z").as("C"));
    OwsmTranscriber transcriber =
        new OwsmTranscriber()
            .setStartCol("from")
            .setLanguageCol("audio")
            .setPromptCol("c")
            .setTaskCol("TEXT");
    assertThatThrownBy(() -> transcriber.transformSchema(rows.schema()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "Cannot read column audio, which inputCol names: it is double, must be")
        .hasMessageContaining(
            "Cannot read column from, which startCol names: the rows have none of it, and the"
                + " columns audio, Text, c, C")
        .hasMessageContaining(
            "Cannot read column audio, which languageCol names: it is double, must be a string")
        .hasMessageContaining("Cannot add column text, which textCol names: there is one already")
        .message()
        .hasLineCount(4);
    assertThatThrownBy(
            () ->
                new OwsmTranscriber()
                    .setPromptCol("cC")
                    .transform(rows.toDF("audio", "Text", "cc", "CC")))
        .hasMessageContaining("more than one of it");
  }

  @Test
  void whatIsMissingIsToldBeforeAnyWork() {
    Dataset<Row> rows = DemoAudio.rows(1);
    assertThatThrownBy(() -> new OwsmTranscriber().transform(rows))
        .hasMessage("Missing bundle: call setBundle with the directory of a model bundle");
    assertThatThrownBy(() -> new OwsmTranscriber().setBundle("/none").transform(rows))
        .hasMessageContaining("Cannot find bundle: no bundle.yaml in");
    assertThatThrownBy(() -> DemoAudio.transcriber().setGates("random:0.5/0.5:1").transform(rows))
        .hasMessageContaining("Cannot draw random gates")
        .hasMessageContaining("setIdCol");
  }

  @Test
  void rulesForAudioAreTheSessions() {
    SparkSession session = SPARK.newSession();
    session.conf().set("spark.espalier.audio-schemes", "s3a");
    session.conf().set("spark.espalier.beam", "7");
    Dataset<Row> rows =
        session.createDataFrame(DemoAudio.rows(1).collectAsList(), DemoAudio.rows(1).schema());
    Row row = DemoAudio.transcriber().transform(rows).first();
    assertThat(row.<Row>getAs("transcript").<String>getAs("error_code"))
        .isEqualTo("AUDIO_SCHEME_REFUSED");
  }

  /** The table of a transformer, as the page has it. */
  private static String table(Params params) {
    return Arrays.stream(params.params())
        .map(
            param ->
                "| `%s` | %s | %s |\n".formatted(param.name(), shown(params, param), param.doc()))
        .collect(
            Collectors.joining(
                "",
                "### `%s`\n\n| Parameter | Default | Meaning |\n|---|---|---|\n"
                    .formatted(params.getClass().getSimpleName()),
                ""));
  }

  private static String shown(Params params, Param<?> param) {
    return params.hasDefault(param)
        ? "`" + params.getDefault(params.getParam(param.name())).get() + "`"
        : "";
  }
}
