package io.espalier.spark.run;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.cli.CommandRun;
import io.espalier.spark.TestSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} on a part of the demo. */
class AllStagesTest {
  private static final Path DEMO = Path.of("src/main/demo");
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir private Path directory;

  @Test
  void oneCommandGivesContextsTranscriptsAndScores() {
    CommandRun run = CommandRun.of(arguments("12", "512"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Wrote 12 rows of 12", "speaker cluster", "WER");
    Dataset<Row> transcripts = SPARK.read().parquet(path("transcripts"));
    assertThat(transcripts.where("status = 'ok'").count()).isEqualTo(12);
    assertThat(transcripts.where(col("speaker_cluster").isNull()).count()).isZero();
    assertThat(transcripts.where("gflops.context > 0").count()).isEqualTo(12);
    assertThat(transcripts.where("gflops.total < gflops.dense").count()).isEqualTo(12);
    // Audio that was decoded for the contexts is not decoded again.
    double first =
        SPARK.read().parquet(path("contexts")).selectExpr("sum(decode_ms)").first().getDouble(0);
    double second = transcripts.selectExpr("sum(timing.decode_ms)").first().getDouble(0);
    assertThat(second).isLessThan(first / 10);
  }

  @Test
  void aSecondCallComputesNothingAndWithoutRoomAudioIsDecodedAgain() {
    CommandRun first = CommandRun.of(arguments("6", "0"));
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(SPARK.read().parquet(path("transcripts")).where("status = 'ok'").count())
        .isEqualTo(6);
    CommandRun second = CommandRun.of(arguments("6", "0"));
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out()).contains("Wrote 0 rows of 6");
    assertThat(SPARK.read().parquet(path("transcripts")).count()).isEqualTo(6);
  }

  private String[] arguments(String limit, String megabytes) {
    return List.of(
            "run",
            "--manifest",
            DEMO.resolve("test.parquet").toString(),
            "--bundle",
            DEMO.resolve("bundle").toString(),
            "--contexts",
            path("contexts"),
            "--table",
            path("transcripts"),
            "--scores",
            path("scores"),
            "--score-groups",
            path("score_groups"),
            "--beam",
            "1",
            "--resamples",
            "20",
            "--clusters",
            "2",
            "--limit",
            limit,
            "--samples-mb",
            megabytes)
        .toArray(String[]::new);
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }
}
