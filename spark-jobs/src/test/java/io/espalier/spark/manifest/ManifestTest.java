package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.transcribe.FakeTranscribers;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThatThrownBy(() -> Manifest.read(SPARK, location))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("m.jsonl: line 2 is not JSON");
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
        .isInstanceOf(UsageException.class)
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
        .isInstanceOf(UsageException.class)
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
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "column language of " + location + " is int, but class numbers do not name languages");
  }

  @Test
  void allWrongColumnsAreNamedAtOnce() {
    String location = parquet("SELECT 1.5 AS audio, DATE '2024-01-02' AS start_s");
    assertThatThrownBy(() -> Manifest.read(SPARK, location))
        .hasMessageContaining("has no column utt_id")
        .hasMessageContaining("column audio of " + location + " is decimal(2,1), must be a string")
        .hasMessageContaining("column start_s of " + location + " is date, must be a number");
  }

  @Test
  void textIsANumberWhereItReadsAsOne() {
    String location =
        parquet(
            "SELECT * FROM VALUES ('1', '/a.wav', ' 1.5e-1 '), ('2', '/b.wav', '')"
                + " AS t(utt_id, audio, start_s)");
    assertThat(Manifest.read(SPARK, location).orderBy("utt_id").select("start_s").collectAsList())
        .extracting(row -> row.get(0))
        .containsExactly(0.15, null);
  }

  @Test
  void textThatIsNoNumberIsRefusedUnderAnyRulesOfSpark() {
    String location = parquet("SELECT '1' AS utt_id, '/a.wav' AS audio, 'soon' AS end_s");
    assertThatThrownBy(() -> Manifest.read(ansi(), location))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read manifest: column end_s of %s is text, must be a number (found 'soon')"
                .formatted(location));
  }

  @Test
  void textIsANumberUnderAnyRulesOfSpark() {
    String location = parquet("SELECT '1' AS utt_id, '/a.wav' AS audio, '1' AS end_s");
    assertThat(Manifest.read(ansi(), location).first().<Double>getAs("end_s")).isEqualTo(1.0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theLetterCaseOfNamesDoesNotMatter(boolean caseSensitive) {
    String location =
        parquet(
            "SELECT 'u' AS Utt_ID, named_struct('Bytes', X'01', 'PATH', 'n') AS AUDIO,"
                + " 'x' AS Reference, 'y' AS Room");
    SparkSession spark = SPARK.newSession();
    spark.conf().set("spark.sql.caseSensitive", caseSensitive);
    Row row = Manifest.read(spark, location).first();
    assertThat(row.<String>getAs("utt_id")).isEqualTo("u");
    assertThat(row.getStruct(1).getString(1)).isEqualTo("n");
    assertThat(row.<String>getAs("reference")).isEqualTo("x");
    assertThat(row.<String>getAs("Room")).isEqualTo("y");
  }

  @Test
  void columnsThatDifferInLetterCaseAreNeverMixed() {
    SparkSession spark = SPARK.newSession();
    spark.conf().set("spark.sql.caseSensitive", true);
    String location = directory.resolve("m.parquet").toString();
    spark
        .sql("SELECT '1' AS utt_id, '/a.wav' AS audio, 'x' AS reference, 'y' AS Reference")
        .write()
        .parquet(location);
    for (SparkSession session : List.of(spark, SPARK)) {
      assertThatThrownBy(() -> Manifest.read(session, location))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("reference and Reference differ only in letter case");
    }
  }

  @Test
  void paddingOfACharColumnIsNotPartOfTheValue() {
    SPARK.sql(
        "CREATE TABLE spark_catalog.default.manifest_char (utt_id CHAR(8), audio CHAR(20))"
            + " USING parquet");
    SPARK.sql("INSERT INTO spark_catalog.default.manifest_char VALUES ('u', '/a.wav')");
    Row row = Manifest.read(SPARK, "spark_catalog.default.manifest_char").first();
    assertThat(row.getString(0)).isEqualTo("u");
    assertThat(row.getStruct(1).getString(1)).isEqualTo("/a.wav");
  }

  @Test
  void foldersAreTextAndTheUsersOwnQueriesStillGuess() {
    String location = directory.resolve("m.parquet").toString();
    SPARK
        .sql("SELECT 'u' AS utt_id, '/a.wav' AS audio, '007' AS speaker_id")
        .write()
        .partitionBy("speaker_id")
        .parquet(location);
    assertThat(Manifest.read(SPARK, location).first().<String>getAs("speaker_id")).isEqualTo("007");
    assertThat(SPARK.read().parquet(location).first().<Integer>getAs("speaker_id")).isEqualTo(7);
  }

  @Test
  void aCsvFileIsAManifest() throws IOException {
    String location = write("m.csv", "utt_id,audio,text\n007,a.wav,\"x, y\"\n");
    Row row = Manifest.read(SPARK, location).first();
    assertThat(row.getString(0)).isEqualTo("007");
    assertThat(row.getStruct(1).getString(1)).isEqualTo("file:" + directory + "/a.wav");
    assertThat(row.<String>getAs("reference")).isEqualTo("x, y");
  }

  @Test
  void aColumnThatCannotBeReadIsMissedByThoseAlone() throws IOException {
    Path file =
        ParquetBytes.write(
            directory.resolve("m.parquet"),
            "required binary utt_id (UTF8); required binary audio (UTF8);"
                + " optional int64 t (TIME(MICROS,true));",
            group -> group.append("utt_id", "u").append("audio", "/a.wav"));
    CheckedManifest manifest = Manifest.open(SPARK, file.toString());
    assertThat(manifest.count()).isEqualTo(1);
    assertThat(manifest.leftOut()).containsOnlyKeys("t");
    TranscribeJob job =
        new TranscribeJob(SPARK, directory).option("manifest", file.toString()).option("keep", "t");
    assertThatThrownBy(() -> job.run(FakeTranscribers.sound("kept")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot read column t of")
        .hasMessageContaining("TIME(MICROS,true)");
  }

  @Test
  void manyFilesHaveOneSchema() {
    String location = directory.resolve("m.parquet").toString();
    SPARK
        .sql("SELECT concat('u', id) AS utt_id, '/a.wav' AS audio FROM range(40)")
        .repartition(40)
        .write()
        .parquet(location);
    assertThat(Manifest.open(SPARK, location).count()).isEqualTo(40);
  }

  private static SparkSession ansi() {
    SparkSession spark = SPARK.newSession();
    spark.conf().set("spark.sql.ansi.enabled", true);
    return spark;
  }

  @Test
  void aMissingManifestIsNamed() {
    assertThatThrownBy(() -> Manifest.read(SPARK, directory + "/none.parquet"))
        .hasMessageContaining("Cannot find table: file:" + directory + "/none.parquet");
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
