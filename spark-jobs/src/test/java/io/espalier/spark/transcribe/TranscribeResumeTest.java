package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.espalier.conf.UsageException;
import io.espalier.outcome.ErrorCode;
import io.espalier.spark.TestSpark;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.transcribe.FakeTranscriber.Fault;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A run that is called again computes what is missing, and nothing else. */
class TranscribeResumeTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;
  private TranscribeJob job;
  private FakeTranscribers sound;

  @BeforeEach
  void begin(TestInfo test) {
    job = new TranscribeJob(SPARK, directory);
    sound = FakeTranscribers.sound(test.getDisplayName());
  }

  @Test
  void aSecondRunWritesNothing() {
    job.utterances(6).run(sound);
    sound.seen();
    StageSummary again = job.run(sound);
    assertThat(again.written()).isZero();
    assertThat(again.manifestRows()).isEqualTo(6);
    assertThat(sound.seen()).isEmpty();
    job.assertOneRowPerInput();
  }

  @Test
  void rowsThatJoinTheManifestAreAddedToTheRun() {
    job.utterances(4).run(sound);
    sound.seen();
    assertThat(job.utterances(2).run(sound).written()).isEqualTo(2);
    assertThat(sound.seen()).containsExactlyInAnyOrder("utt-004", "utt-005");
    job.assertOneRowPerInput();
  }

  @Test
  void aCrashCostsAtMostTheGroupUnderWay() {
    job.utterances(24).option("commit-every", "4").option("partitions", "2");
    String name = sound.name();
    Fault crash =
        right -> {
          if (FakeTranscribers.countSeen(name) > 14) {
            throw new IllegalStateException("Injected crash");
          }
          return List.of(right);
        };
    assertThatThrownBy(() -> job.run(sound.with(crash))).hasStackTraceContaining("Injected crash");
    sound.seen();
    List<String> committed = job.rows().stream().map(row -> row.<String>getAs("utt_id")).toList();
    assertThat(committed).isNotEmpty().hasSizeLessThan(24);

    job.run(sound);
    assertThat(sound.seen()).hasSize(24 - committed.size()).doesNotContainAnyElementsOf(committed);
    job.assertOneRowPerInput();
  }

  @Test
  void failedRowsAreTriedAgainAndReplaced() {
    Fault fault =
        right ->
            List.of(
                right.id().equals("utt-002")
                    ? FakeTranscriber.failed(right, ErrorCode.OUT_OF_MEMORY)
                    : right);
    job.utterances(5).run(sound.with(fault));
    assertThat(job.assertOneRowPerInput().get(2).<String>getAs("error_code"))
        .isEqualTo("OUT_OF_MEMORY");
    sound.seen();

    assertThat(job.run(sound).written()).isEqualTo(1);
    assertThat(sound.seen()).containsExactly("utt-002");
    Row row = job.assertOneRowPerInput().get(2);
    assertThat(row.<String>getAs("status")).isEqualTo("ok");
    assertThat(row.<Integer>getAs("attempt")).isEqualTo(2);
  }

  @Test
  void failedRowsAreReplacedInParquetFilesToo() {
    job.option("table", sub("transcripts").toString());
    Fault fault = right -> List.of(FakeTranscriber.failed(right, ErrorCode.NO_HYPOTHESIS));
    job.utterances(3).run(sound.with(fault));
    job.assertOneRowPerInput();
    job.run(sound);
    assertThat(job.assertOneRowPerInput())
        .extracting(row -> row.getAs("status"), row -> row.getAs("attempt"))
        .containsOnly(tuple("ok", 2));
    assertThat(job.run(sound).written()).isZero();
  }

  @Test
  void anotherFingerprintBeginsANewRun() {
    job.utterances(3).run(sound);
    StageSummary other = job.run(sound.withFingerprint("other"));
    assertThat(other.written()).isEqualTo(3);
    assertThat(job.rows()).hasSize(6);
  }

  @Test
  void anotherFingerprintIsRefusedInANamedRun() {
    job.utterances(3).option("run-id", "mine").run(sound);
    assertThatThrownBy(() -> job.run(sound.withFingerprint("other")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot resume run: mine of " + job.table())
        .hasMessageContaining("Use another --run-id");
    assertThat(job.rows()).hasSize(3);
  }

  private Path sub(String name) {
    return directory.resolve(name);
  }
}
