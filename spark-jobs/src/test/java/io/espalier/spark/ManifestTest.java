package io.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @Test
  void aParquetFileOfPathsGetsAllColumns() {
    String location =
        parquet("SELECT 'u1' AS utt_id, 'clips/a.wav' AS audio, 'de' AS language, 1 AS start_s");
    Dataset<Row> manifest = Manifest.read(SPARK, location);
    assertThat(manifest.columns()).containsExactly(Manifest.columnNames().toArray(String[]::new));
    Row row = manifest.first();
    assertThat(row.getString(0)).isEqualTo("u1");
    assertThat(row.getStruct(1).isNullAt(0)).isTrue();
    assertThat(row.getStruct(1).getString(1)).isEqualTo("file:" + directory + "/clips/a.wav");
    assertThat(row.getDouble(2)).isEqualTo(1.0);
    assertThat(row.isNullAt(3)).isTrue();
    assertThat(row.getString(4)).isEqualTo("deu");
  }

  @Test
  void absolutePathsAndUrisStayAsTheyAre() {
    String location =
        parquet(
            "SELECT * FROM VALUES ('1', '/data/a.wav'), ('2', 's3a://b/a.wav') AS t(utt_id,"
                + " audio)");
    assertThat(
            Manifest.read(SPARK, location).orderBy("utt_id").select("audio.path").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("/data/a.wav", "s3a://b/a.wav");
  }

  @Test
  void binaryAudioIsRecognised() {
    Row audio =
        Manifest.read(SPARK, parquet("SELECT '1' AS utt_id, X'0102' AS audio"))
            .first()
            .getStruct(1);
    assertThat((byte[]) audio.get(0)).containsExactly(1, 2);
    assertThat(audio.isNullAt(1)).isTrue();
  }

  @Test
  void huggingFaceAudioKeepsItsNameBesideBytesAndResolvesItWithout() {
    String location =
        parquet(
            "SELECT '1' AS utt_id, named_struct('bytes', X'01', 'path', 'a.wav') AS audio"
                + " UNION ALL SELECT '2', named_struct('bytes', NULL, 'path', 'b.wav')");
    assertThat(
            Manifest.read(SPARK, location).orderBy("utt_id").select("audio.path").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("a.wav", "file:" + directory + "/b.wav");
  }

  @Test
  void otherColumnsAreKept() {
    String location = parquet("SELECT 'x' AS room, '1' AS utt_id, 'a.wav' AS audio");
    assertThat(Manifest.read(SPARK, location).first().<String>getAs("room")).isEqualTo("x");
  }

  @Test
  void aTableIsAManifest() {
    SPARK.sql("CREATE TABLE manifest_t AS SELECT '1' AS utt_id, '/a.wav' AS audio");
    assertThat(Manifest.read(SPARK, "espalier.default.manifest_t").count()).isEqualTo(1);
  }

  @Test
  void jsonLinesOfOursAreAManifest() throws IOException {
    String location =
        write(
            "m.jsonl",
            """
            {"utt_id": "a", "audio": "a.wav", "start_s": 1, "end_s": 2.5}

            {"utt_id": "b", "audio": "b.wav"}
            """);
    assertThat(Manifest.read(SPARK, location).orderBy("utt_id").collectAsList())
        .extracting(row -> row.getAs("end_s"))
        .containsExactly(2.5, null);
  }

  @Test
  void aDamagedJsonLineIsNotSwallowed() throws IOException {
    String location =
        write("m.jsonl", "{\"utt_id\": \"a\", \"audio\": \"a.wav\"}\n{\"utt_id\": \"b\", \"au");
    assertThatThrownBy(() -> Manifest.read(SPARK, location).collectAsList())
        .hasStackTraceContaining("FAILFAST");
  }

  @Test
  void nemoJsonLinesAreAManifest() throws IOException {
    String location =
        write(
            "nemo.json",
            """
            {"audio_filepath": "a.wav", "duration": 2.0, "text": "hallo", "lang": "de"}
            {"audio_filepath": "a.wav", "offset": 1.5, "duration": 0.5, "text": "x", "room": "r"}
            """);
    List<Row> rows = Manifest.read(SPARK, location).orderBy("utt_id").collectAsList();
    assertThat(rows).extracting(row -> row.getString(0)).containsExactly("a.wav", "a.wav#1.5+0.5");
    assertThat(rows).extracting(row -> row.getAs("start_s")).containsExactly(null, 1.5);
    assertThat(rows).extracting(row -> row.getAs("end_s")).containsExactly(null, 2.0);
    assertThat(rows).extracting(row -> row.getAs("reference")).containsExactly("hallo", "x");
    assertThat(rows).extracting(row -> row.getAs("language")).containsExactly("deu", null);
    assertThat(rows).extracting(row -> row.getAs("room")).containsExactly(null, "r");
  }

  @Test
  void repeatedIdsAreRefusedWithExamples() {
    String location =
        parquet("SELECT concat('u', id % 3) AS utt_id, 'a.wav' AS audio FROM range(4)");
    assertThatThrownBy(() -> Manifest.read(SPARK, location))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("utt_id u0 is on 2 rows")
        .hasMessageNotContaining("u1");
  }

  @Test
  void idsOfALargeManifestAreCounted() {
    String location =
        parquet("SELECT concat('u', id) AS utt_id, 'a.wav' AS audio FROM range(10002)");
    assertThat(Manifest.open(SPARK, location).count()).isEqualTo(10_002);
  }

  @Test
  void repeatedIdsOfALargeManifestAreRefused() {
    String location =
        parquet("SELECT concat('u', id % 10001) AS utt_id, 'a.wav' AS audio FROM range(10002)");
    assertThatThrownBy(() -> Manifest.read(SPARK, location))
        .hasMessageContaining("utt_id u0 is on 2 rows")
        .hasMessageNotContaining("and more");
  }

  @Test
  void missingIdsAreRefused() {
    String location = parquet("SELECT CAST(NULL AS STRING) AS utt_id, 'a.wav' AS audio");
    assertThatThrownBy(() -> Manifest.read(SPARK, location))
        .hasMessageContaining("1 rows of " + location + " have no utt_id");
  }

  @Test
  void namesOfLanguagesAreUnderstood() {
    String location = parquet("SELECT '1' AS utt_id, 'a' AS audio, 'English' AS language");
    assertThat(Manifest.read(SPARK, location).first().<String>getAs("language")).isEqualTo("eng");
  }

  @Test
  void labelsThatNoModelHasAreRefusedWithTheirRows() {
    String location =
        parquet(
            "SELECT 'u' || id AS utt_id, 'a' AS audio, if(id % 2 = 0, 'Klingon', 'de') AS"
                + " language, if(id = 1, 'translate', 'asr') AS task FROM range(5)");
    assertThatThrownBy(() -> Manifest.read(SPARK, location))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("language 'klingon' is on 3 rows of " + location)
        .hasMessageContaining("task 'translate' is on 1 rows of " + location);
  }

  @Test
  void aWrongLabelOfALargeManifestIsRefused() {
    String location =
        parquet(
            "SELECT 'u' || id AS utt_id, 'a' AS audio, if(id = 10050, '7', 'de') AS language FROM"
                + " range(10100)");
    assertThatThrownBy(() -> Manifest.read(SPARK, location))
        .hasMessageContaining("language '7' is on 1 rows of " + location);
  }

  @Test
  void numbersOfClassesAreNoLanguages() {
    String location = parquet("SELECT '1' AS utt_id, 'a' AS audio, 0 AS language");
    assertThatThrownBy(() -> Manifest.read(SPARK, location))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("column language of " + location + " is int, numbers of classes");
  }

  @Test
  void allWrongColumnsAreNamedAtOnce() {
    String location = parquet("SELECT 1.5 AS audio, 'soon' AS start_s");
    assertThatThrownBy(() -> Manifest.read(SPARK, location))
        .hasMessageContaining("has no column utt_id")
        .hasMessageContaining("column audio of " + location + " is decimal(2,1), must be a string")
        .hasMessageContaining("column start_s of " + location + " is string, must be a number");
  }

  @Test
  void aMissingManifestIsNamed() {
    assertThatThrownBy(() -> Manifest.read(SPARK, directory + "/none.parquet"))
        .hasMessageContaining("Cannot find table: " + directory + "/none.parquet");
  }

  private String parquet(String query) {
    String location = directory.resolve("m.parquet").toString();
    SPARK.sql(query).coalesce(1).write().parquet(location);
    return location;
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }
}
