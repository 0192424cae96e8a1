package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.spark.TestSpark;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.transcribe.FakeTranscriber.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Faults of the model: which end the job, and which fail a row. */
class TranscriberFaultsTest {
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
  void aTranscriberThatLosesAnUtteranceFailsTheJob() {
    Fault loses = right -> right.id().equals("utt-003") ? List.of() : List.of(right);
    job.utterances(6);
    assertThatThrownBy(() -> job.run(sound.with(loses)))
        .hasStackTraceContaining("Lost utterances")
        .hasStackTraceContaining("utt-003");
    assertThat(job.rows()).isEmpty();
  }

  @Test
  void aTranscriberThatAnswersTwiceFailsTheJob() {
    Fault repeats = right -> List.of(right, right);
    job.utterances(6);
    assertThatThrownBy(() -> job.run(sound.with(repeats)))
        .hasStackTraceContaining("which it was not given or has already returned");
    assertThat(job.rows()).isEmpty();
  }

  @Test
  void anEmptyTextWithoutEvidenceIsAFailedRow() {
    Fault silent = right -> List.of(silenced((Outcome.Transcribed) right, Double.NaN));
    job.utterances(1).run(sound.with(silent));
    assertThat(job.assertOneRowPerInput().get(0).<String>getAs("error_code"))
        .isEqualTo("NO_HYPOTHESIS");
  }

  @Test
  void anEmptyTextWithEvidenceIsATranscript() {
    Fault silent = right -> List.of(silenced((Outcome.Transcribed) right, 0.9));
    job.utterances(1).run(sound.with(silent));
    Row row = job.assertOneRowPerInput().get(0);
    assertThat(row.<String>getAs("status")).isEqualTo("ok");
    assertThat(row.<String>getAs("hypothesis")).isEmpty();
  }

  @Test
  void aModelThatCannotBeOpenedFailsTheJobAndWritesNoRows() {
    job.utterances(4);
    assertThatThrownBy(() -> job.run(new MissingModel()))
        .hasStackTraceContaining("Cannot open bundle");
    assertThat(job.rows()).isEmpty();
  }

  private static Outcome silenced(Outcome.Transcribed right, double noSpeech) {
    return new Outcome.Transcribed(
        right.id(),
        right.language(),
        right.languageProbability(),
        right.task(),
        "",
        List.of(),
        List.of(),
        List.of(),
        1,
        right.score(),
        right.meanLogprob(),
        noSpeech,
        0,
        right.gates(),
        right.gflops(),
        right.timing());
  }

  /** The model is not where it should be. */
  private record MissingModel() implements TranscriberFactory {
    @Override
    public String fingerprint() {
      return "missing";
    }

    @Override
    public String precision(TaskDevice device) {
      return "float32";
    }

    @Override
    public Transcriber open(TaskDevice device) throws IOException {
      throw new IOException("Cannot open bundle: nothing there");
    }
  }
}
