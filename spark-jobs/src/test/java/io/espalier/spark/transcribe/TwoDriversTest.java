package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.spark.TestSpark;
import io.espalier.spark.table.commit.FaultyCatalog;
import io.espalier.spark.table.commit.TakenOverException;
import io.espalier.spark.transcribe.FakeTranscriber.Fault;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose catalog does not answer, and jobs that were started twice. */
class TwoDriversTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final AtomicReference<CountDownLatch> SECOND = new AtomicReference<>();
  private static final AtomicReference<CountDownLatch> FIRST = new AtomicReference<>();

  @TempDir static Path warehouse;
  @TempDir Path directory;

  @BeforeAll
  static void register() {
    FaultyCatalog.register(SPARK, "stage_faulty", warehouse);
  }

  @Test
  void aJobWhoseCommitsHaveUnknownOutcomesFinishes() {
    TranscribeJob job =
        new TranscribeJob(SPARK, directory)
            .option("table", "stage_faulty.db.unknown")
            .option("commit-every", "3")
            .option("partitions", "1")
            .utterances(12);
    FaultyCatalog.Fault afterwards = FaultyCatalog.Fault.ANSWER_LOST;
    FaultyCatalog.Fault never = FaultyCatalog.Fault.REQUEST_LOST;
    // The table itself is the first commit.
    FaultyCatalog.plan("unknown", FaultyCatalog.Fault.NONE, afterwards, never, afterwards);
    assertThat(job.run(FakeTranscribers.sound("unknown")).written()).isEqualTo(12);
    job.assertOneRowPerInput();
    assertThat(FaultyCatalog.isDone("unknown")).isTrue();
    assertThat(job.run(FakeTranscribers.sound("unknown")).written()).isZero();
  }

  @Test
  void aCatalogThatNeverAnswersEndsTheJobAndTheNextOneFinishesIt() {
    TranscribeJob job =
        new TranscribeJob(SPARK, directory).option("table", "stage_faulty.db.silent").utterances(4);
    FaultyCatalog.Fault[] lost = new FaultyCatalog.Fault[8];
    Arrays.fill(lost, FaultyCatalog.Fault.REQUEST_LOST);
    lost[0] = FaultyCatalog.Fault.NONE;
    lost[1] = FaultyCatalog.Fault.NONE;
    FaultyCatalog.plan("silent", lost);
    assertThatThrownBy(() -> job.run(FakeTranscribers.sound("silent")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Cannot find out whether stage_faulty.db.silent has the last group")
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .isInstanceOf(CommitStateUnknownException.class));
    assertThat(job.rows()).isEmpty();
    assertThat(job.run(FakeTranscribers.sound("silent")).written()).isEqualTo(4);
    job.assertOneRowPerInput();
  }

  @Test
  void aSecondDriverTakesTheRunOverAndNoRowIsDoubled() throws InterruptedException {
    SECOND.set(new CountDownLatch(1));
    FIRST.set(new CountDownLatch(1));
    TranscribeJob job =
        new TranscribeJob(SPARK, directory)
            .option("commit-every", "2")
            .option("partitions", "1")
            .option("run-id", "both")
            .utterances(16);
    Fault waits =
        right -> {
          if (right.id().equals("utt-000")) {
            // The shortest comes last.
            FIRST.get().countDown();
            await(SECOND.get());
          }
          return List.of(right);
        };
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread first =
        new Thread(
            () -> {
              try {
                job.run(FakeTranscribers.sound("first").with(waits));
              } catch (RuntimeException e) {
                end.set(e);
              }
            });
    first.start();
    await(FIRST.get());
    while (job.rows().isEmpty()) {
      Thread.sleep(50);
    }
    FakeTranscribers second = FakeTranscribers.sound("second");
    long written = job.run(second).written();
    assertThat(written).isPositive().isLessThan(16);
    SECOND.get().countDown();
    first.join();
    assertThat(end.get())
        .isInstanceOf(TakenOverException.class)
        .hasMessageStartingWith("Cannot go on: another driver has taken over run both of");
    job.assertOneRowPerInput();
    assertThat(second.seen()).as("what the first had not committed").hasSize((int) written);
    assertThat(job.run(second).written()).isZero();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
