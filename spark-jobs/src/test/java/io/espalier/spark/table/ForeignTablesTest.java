package io.espalier.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.cli.CommandRun;
import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.context.ContextSchema;
import io.espalier.spark.context.FakeContexts;
import io.espalier.spark.transcribe.FakeTranscribers;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command that is given a table of another kind says which it is and what it lacks. */
class ForeignTablesTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @BeforeAll
  static void tablesOfEveryKind() {
    Tables.ensure(SPARK, TableRef.of(SPARK, "foreign_contexts"), ContextSchema.COLUMNS);
    SPARK.sql("CREATE TABLE foreign_manifest AS SELECT 'u' AS utt_id, '/a.wav' AS audio");
    SPARK.sql("CREATE TABLE foreign_other AS SELECT 1 AS id");
    SPARK.sql(
        "CREATE TABLE foreign_type AS SELECT 'u' AS utt_id, 'r' AS run_id, true AS status,"
            + " 'f' AS fingerprint, 'h' AS hypothesis, 1L AS attempt");
    SPARK.sql(
        "CREATE TABLE foreign_old AS SELECT 'u' AS utt_id, 'r' AS run_id, 'ok' AS status,"
            + " 'f' AS fingerprint, 'h' AS hypothesis, 1 AS attempt");
    SPARK.sql(
        "CREATE VIEW spark_catalog.default.foreign_view AS SELECT 'u' AS utt_id, '/a.wav' AS"
            + " audio");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foreign_contexts | is not a transcripts table, it looks like a contexts table: it has no"
            + " hypothesis",
        "foreign_manifest | is not a transcripts table, it looks like a manifest: it has no run_id,"
            + " status, hypothesis, fingerprint, attempt",
        "foreign_other | is not a transcripts table: it has no utt_id, run_id",
        "foreign_type | column status is boolean, must be string",
        "spark_catalog.default.foreign_view | foreign_view is a view. Give a table",
      })
  void transcriptsAreNotWrittenToATableOfAnotherKind(String table, String message) {
    TranscribeJob job = new TranscribeJob(SPARK, directory).utterances(1).option("table", table);
    assertThatThrownBy(() -> job.run(FakeTranscribers.sound(table)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(table)
        .hasMessageContaining(message);
  }

  @Test
  void contextsAreNotWrittenToATableOfAnotherKind() {
    TranscribeJob job = new TranscribeJob(SPARK, directory).utterances(1);
    assertThatThrownBy(() -> job.option("contexts", "foreign_old").run(FakeContexts.of(1)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use table: foreign_old exists but is not a contexts table, it looks like a"
                + " transcripts table: it has no speaker. Give another name with --table");
  }

  @Test
  void contextsAreNotTakenFromATableOfAnotherKind() {
    TranscribeJob job =
        new TranscribeJob(SPARK, directory)
            .utterances(1)
            .option("with-contexts", "foreign_manifest");
    assertThatThrownBy(() -> job.run(FakeTranscribers.sound("joined")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is not a contexts table, it looks like a manifest")
        .hasMessageContaining("Make one with espalier context");
  }

  @Test
  void atAPathOnlyAFolderOfParquetIsATable() throws IOException {
    Path file = Files.writeString(directory.resolve("notes"), "x");
    Path folder = Files.createDirectories(directory.resolve("folder"));
    Files.writeString(folder.resolve("notes.txt"), "x");
    TranscribeJob job = new TranscribeJob(SPARK, directory).utterances(1);
    assertRefused(job, file.toString(), "is a file. Give a table or a new folder");
    assertRefused(job, folder.toString(), "has no Parquet files, but files such as notes.txt");
    assertRefused(job, directory + "/out.jsonl", "named as JSON lines, but files are written as");
    assertRefused(job, directory + "/out.csv", "named as CSV, but files are written as Parquet");
    assertRefused(job, directory + "/manifest.parquet", "it looks like a manifest");
  }

  @Test
  void aFolderInWhichNothingWasFinishedIsANewTable() throws IOException {
    Path table = directory.resolve("killed");
    Files.createDirectories(table.resolve("_temporary/0"));
    TranscribeJob job =
        new TranscribeJob(SPARK, directory).utterances(2).option("table", table.toString());
    assertThat(job.run(FakeTranscribers.sound("killed")).written()).isEqualTo(2);
    job.assertOneRowPerInput();
  }

  private static void assertRefused(TranscribeJob job, String table, String message) {
    assertThatThrownBy(() -> job.option("table", table).run(FakeTranscribers.sound("refused")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(table)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"foreign_contexts", "foreign_manifest", "foreign_other", "foreign_type"})
  void scoresAreNotMadeOfATableOfAnotherKind(String table) {
    assertRefused(
        CommandRun.of("score", "--table", table),
        "Cannot use table: %s exists but is not a transcripts table".formatted(table),
        "Make one with espalier transcribe");
  }

  @Test
  void aTableOfAnotherVersionIsNotScored() {
    assertRefused(
        CommandRun.of("score", "--table", "foreign_old"),
        "foreign_old is a transcripts table without the columns error_code, language",
        "espalier transcribe adds them when it writes to the table");
  }

  @Test
  void aTableOfAnotherVersionIsWrittenTo() {
    SPARK.sql("CREATE TABLE foreign_grows AS SELECT * FROM foreign_old");
    TranscribeJob job =
        new TranscribeJob(SPARK, directory).utterances(1).option("table", "foreign_grows");
    assertThat(job.run(FakeTranscribers.sound("grows")).written()).isEqualTo(1);
    assertThat(SPARK.table("foreign_grows").columns()).contains("gflops");
  }

  @Test
  void scoresAreNotWrittenOverATableOfAnotherKind() {
    assertThatThrownBy(
            () ->
                new PartitionedTable(TableRef.of(SPARK, "foreign_manifest"), List.of("run_id"))
                    .overwrite(SPARK.sql("SELECT 'r' AS run_id")))
        .hasMessageContaining("is partitioned by [], must be [run_id]. Give a new table");
    String files = directory.resolve("m.parquet").toString();
    SPARK.sql("SELECT 'u' AS utt_id").write().parquet(files);
    assertThatThrownBy(
            () ->
                new PartitionedTable(TableRef.of(SPARK, files), List.of("run_id"))
                    .overwrite(SPARK.sql("SELECT 'r' AS run_id")))
        .hasMessageContaining("has no columns [run_id]. Give a new table");
  }

  @Test
  void aReportIsNotMadeOfATableOfAnotherKind() {
    String page = directory.resolve("page.html").toString();
    assertRefused(
        CommandRun.of(
            "report",
            "-o",
            page,
            "--table",
            "foreign_old",
            "--scores",
            "foreign_old",
            "--score-groups",
            "foreign_manifest"),
        "foreign_manifest exists but is not a table of scores by group, it looks like a manifest");
  }

  @Test
  void whatHasNoIdsIsNotVerified() {
    assertRefused(
        CommandRun.of("verify", "foreign_manifest", "--table", "foreign_other"),
        "foreign_other has no column utt_id, so it is not the result of a manifest");
    assertRefused(
        CommandRun.of(
            "verify", "foreign_manifest", "--table", "foreign_old", "--where", "run_di = 'r'"),
        "Invalid --where: 'run_di = 'r''",
        "run_id");
  }

  private static void assertRefused(CommandRun run, String... messages) {
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(messages).doesNotContain("\tat ", "Exception");
  }
}
