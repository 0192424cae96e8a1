package io.espalier.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.spark.TestSpark;
import io.espalier.spark.table.RowBuilder;
import io.espalier.spark.table.Snapshots;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.table.commit.RunTable;
import io.espalier.spark.transcribe.TranscriptSchema;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class CommitsTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final StructType SCHEMA = TranscriptSchema.with(List.of(), new StructType());
  private static final Duration LONG = Duration.ofHours(1);

  private final BlockingQueue<Long> committed = new LinkedBlockingQueue<>();

  @Test
  void enoughRowsAreCommittedAtOnce() throws InterruptedException {
    try (Commits commits = commits("commits_rows", 4, LONG)) {
      commits.add(task("a", 3));
      assertThat(committed.poll(300, TimeUnit.MILLISECONDS)).isNull();
      commits.add(task("b", 1));
      assertThat(committed.poll(60, TimeUnit.SECONDS)).isEqualTo(4);
      commits.add(task("c", 1));
      commits.finish();
    }
    assertThat(committed).containsExactly(1L);
    assertThat(rows("commits_rows")).isEqualTo(5);
  }

  @Test
  void fewRowsAreCommittedInTime() throws InterruptedException {
    try (Commits commits = commits("commits_time", 1000, Duration.ofMillis(200))) {
      commits.add(task("a", 1));
      assertThat(committed.poll(60, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }

  @Test
  void rowsOfAJobThatHasFailedAreDropped() {
    try (Commits commits = commits("commits_dropped", 1000, LONG)) {
      commits.add(task("a", 1));
    }
    assertThat(committed).isEmpty();
    assertThat(rows("commits_dropped")).isZero();
  }

  @Test
  void aCommitThatFailsIsToldAsItFailed() throws InterruptedException {
    try (Commits commits = commits("commits_gone", 1, LONG)) {
      SPARK.sql("DROP TABLE commits_gone");
      commits.add(task("a", 1));
      assertThatThrownBy(commits::finish).hasMessageContaining("commits_gone");
      assertThatThrownBy(commits::check).hasMessageContaining("commits_gone");
    }
  }

  @Test
  void commitsOfALongJobAreSpaced() {
    CommitPace pace = new CommitPace(Duration.ofHours(1));
    assertThat(pace.pause(0)).isZero();
    assertThat(pace.pause(1_000_000)).isEqualTo(Duration.ofSeconds(9));
    assertThat(new CommitPace(Duration.ZERO).pause(1_000_000)).isZero();
  }

  private Commits commits(String table, int every, Duration interval) {
    TableRef ref = TableRef.of(SPARK, table);
    Tables.ensure(SPARK, ref, SCHEMA);
    RunTable run = RunTable.of(SPARK, ref, "run");
    run.claim();
    StageWriter writer = new StageWriter(SPARK, ref, run, SCHEMA, new Snapshots(SPARK, LONG, 1));
    return new Commits(
        writer, new CommitOptions(every, interval, LONG, 1), sums -> committed.add(sums.written()));
  }

  private static long rows(String table) {
    return Tables.read(SPARK, TableRef.of(SPARK, table)).count();
  }

  private static TaskRows task(String id, int count) {
    List<Row> rows =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    RowBuilder.of(SCHEMA)
                        .set("utt_id", id + i)
                        .set("run_id", "run")
                        .set("status", "failed")
                        .set("attempt", 1)
                        .build())
            .toList();
    return TaskRows.of(rows, new StageTally(SCHEMA), List.of());
  }
}
