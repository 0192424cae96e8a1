package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NemoManifestTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @Test
  void canarysTranslationsAreTranslations() throws IOException {
    List<Row> rows =
        read(
            """
            {"audio_filepath": "a.wav", "duration": 3.3, "taskname": "asr", "source_lang": "en", \
            "target_lang": "en", "pnc": "yes", "text": "hi", "decodercontext": "before"}
            {"audio_filepath": "b.wav", "duration": 3.1, "taskname": "ast", "source_lang": "de", \
            "target_lang": "en", "pnc": "no", "text": "good day", "decodercontext": ""}
            """);
    assertThat(rows).extracting(row -> row.getAs("language")).containsExactly("eng", "deu");
    assertThat(rows).extracting(row -> row.getAs("task")).containsExactly("asr", "st_eng");
    assertThat(rows).extracting(row -> row.getAs("text_prev")).containsExactly("before", null);
    assertThat(rows).extracting(row -> row.getAs("pnc")).containsExactly("yes", "no");
    assertThat(rows.get(0).schema().fieldNames()).doesNotContain("taskname", "target_lang");
  }

  @Test
  void rowsThatNemoSkipsAreLeftOut() throws IOException {
    List<Row> rows =
        read(
            """
            {"audio_filepath": "a.wav", "text": "x", "_skipme": true}
            {"audio_filepath": "b.wav", "text": "x", "_skipme": false}
            {"audio_filepath": "c.wav", "text": "x"}
            """);
    assertThat(rows).extracting(row -> row.getString(0)).containsExactly("b.wav", "c.wav");
  }

  @Test
  void placeholdersAreNoReferences() throws IOException {
    List<Row> rows =
        read(
            """
            {"audio_filepath": "a.wav", "answer": "na"}
            {"audio_filepath": "b.wav", "answer": "right"}
            {"audio_filepath": "c.wav", "text": "-", "label": "infer"}
            {"audio_filepath": "d.wav", "normalized_text": "plain"}
            """);
    assertThat(rows)
        .extracting(row -> row.getAs("reference"))
        .containsExactly(null, "right", null, "plain");
  }

  @Test
  void numbersMayBeWrittenAsText() throws IOException {
    Row row =
        read("{\"audio_filepath\": \"a.wav\", \"offset\": \"1.5\", \"duration\": \"1e0\"}\n")
            .get(0);
    assertThat(row.<Double>getAs("start_s")).isEqualTo(1.5);
    assertThat(row.<Double>getAs("end_s")).isEqualTo(2.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'text': 'x', 'taskname': 'vqa'| a.wav taskname 'vqa' is neither asr nor ast",
        "'text': 'x', 'taskname': 'ast', 'source_lang': 'de'| needs a target_lang",
        "'text': 'x', 'shard_id': 3| is in a tar file, shard_id 3: unpack it first",
        "'text': 'x', 'channel_selector': 1| selects channel 1",
        "'text': 'x', 'channel': 0| selects channel 0",
        "'text': 'x', 'offset': 'soon'| has offset 'soon', must be a number",
        "'text': 'x', 'offset': 0, 'duration': true| has duration 'true', must be a number",
        "'text_filepath': 'a.txt'| has its text in text_filepath",
        "'answer': 'blue', 'question': 'which colour?'| asks 'which colour?'",
        "'text': 'x', '_skipme': 2| _skipme must be true or false"
      })
  void whatNeedsOtherAudioOrAnotherTaskIsRefused(String fields, String message) {
    String line = "{\"audio_filepath\": \"a.wav\", " + fields.replace('\'', '"') + "}\n";
    assertThatThrownBy(() -> read(line))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<|0|> hi <|7|>", "hi <|spk0|> there", "<|en|><|asr|> hi"})
  void tokensOfOtherModelsAreNoReference(String text) {
    assertThatThrownBy(() -> read("{\"audio_filepath\": \"a.wav\", \"text\": \"" + text + "\"}\n"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("such as 'a.wav has tokens such as <|0|>");
  }

  @Test
  void listsOfFilesAreRefused() {
    String list = "{\"audio_filepath\": [\"a.wav\", \"b.wav\"], \"text\": \"x\"}\n";
    String one = "{\"audio_filepath\": \"a.wav\", \"text\": \"x\"}\n";
    assertThatThrownBy(() -> read(list)).hasMessageContaining("audio_filepath is a list");
    assertThatThrownBy(() -> read(one + list)).hasMessageContaining("is a list of files");
  }

  @Test
  void anAverageOfTheChannelsAndAnUntarredShardAreWhatThereIs() throws IOException {
    assertThat(
            read(
                "{\"audio_filepath\": \"a.wav\", \"channel_selector\": \"average\", \"shard_id\":"
                    + " -1}\n"))
        .hasSize(1);
  }

  private List<Row> read(String lines) throws IOException {
    Path file = Files.writeString(directory.resolve("n.jsonl"), lines);
    return Manifest.read(SPARK, file.toString()).orderBy("utt_id").collectAsList();
  }
}
