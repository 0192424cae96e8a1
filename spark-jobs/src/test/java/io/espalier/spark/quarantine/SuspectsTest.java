package io.espalier.spark.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.outcome.ErrorCode;
import io.espalier.spark.quarantine.Suspects.Batch;
import io.espalier.spark.quarantine.Suspects.Known;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuspectsTest {
  private static final Loss CRASH = Loss.of("Command exited with code 139");
  private static final Loss KILL = Loss.of("Command exited with code 137");
  private static final Loss PREEMPTION = Loss.of("Container c_1 was preempted.");

  private final Suspects suspects = new Suspects();

  @Test
  void nobodyIsSuspectedBeforeAProcessDies() {
    suspects.begin(1, batch("e1", "a", "b"));
    suspects.end(1);
    suspects.begin(1, batch("e1", "c"));
    assertThat(suspects.known()).isSameAs(Known.NOTHING);
    assertThat(suspects.losses()).isEmpty();
  }

  @Test
  void onlyTheRowsUnderWayInThatProcessAreSuspects() {
    suspects.begin(1, batch("e1", "done"));
    suspects.end(1);
    suspects.begin(1, batch("e1", "a", "b"));
    suspects.begin(2, batch("e2", "c"));
    suspects.begin(3, batch("e1", "d"));
    assertThat(suspects.lost("e1", CRASH)).containsExactlyInAnyOrder("a", "b", "d");
    assertThat(suspects.known().suspects()).containsExactlyInAnyOrder("a", "b", "d");
    assertThat(suspects.known().verdicts()).isEmpty();
    assertThat(suspects.losses()).containsExactly("Command exited with code 139");
  }

  @Test
  void aRowIsGuiltyIfItsProcessDiesAgainWhileItIsAlone() {
    suspects.begin(1, batch("e1", "a", "b"));
    suspects.lost("e1", CRASH);
    suspects.begin(2, alone("e2", "b"));
    suspects.end(2);
    suspects.begin(3, alone("e3", "a"));
    suspects.lost("e3", KILL);
    assertThat(suspects.known().verdicts()).containsOnlyKeys("a");
    Verdict verdict = suspects.known().verdicts().get("a");
    assertThat(verdict.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY_KILLED);
    assertThat(verdict.message())
        .contains("(Command exited with code 137)")
        .contains("spark.executor.memoryOverhead");
  }

  @Test
  void twoDeathsInBatchesAreNoProof() {
    suspects.begin(1, batch("e1", "a", "b"));
    suspects.begin(2, batch("e2", "a", "b"));
    suspects.lost("e1", CRASH);
    suspects.lost("e2", CRASH);
    assertThat(suspects.known().suspects()).containsExactlyInAnyOrder("a", "b");
    assertThat(suspects.known().verdicts()).isEmpty();
  }

  @Test
  void oneDeathAloneIsNotEnough() {
    suspects.begin(1, alone("e1", "a"));
    suspects.lost("e1", CRASH);
    assertThat(suspects.known().verdicts()).isEmpty();
    suspects.begin(2, alone("e2", "a"));
    suspects.lost("e2", CRASH);
    assertThat(suspects.known().verdicts()).containsOnlyKeys("a");
  }

  @Test
  void rowsHaveNothingToDoWithAMachineThatIsTakenAway() {
    suspects.begin(1, batch("e1", "a"));
    assertThat(suspects.lost("e1", PREEMPTION)).isEmpty();
    assertThat(suspects.known()).isSameAs(Known.NOTHING);
    assertThat(suspects.losses()).isEmpty();
  }

  @Test
  void aProcessThatWasEndedBecauseItStoodStillIsOneThatTookTooLong() {
    suspects.begin(1, batch("e1", "a"));
    suspects.stalled(1);
    suspects.lost("e1", CRASH);
    suspects.begin(2, alone("e2", "a"));
    suspects.stalled(2);
    suspects.lost("e2", CRASH);
    assertThat(suspects.known().verdicts().get("a").code()).isEqualTo(ErrorCode.INFERENCE_TIMEOUT);
  }

  /** Spark may start the next attempt before it says why the last one's executor is gone. */
  @Test
  void aProcessThatIsGoneWithoutAWordIsMissing() {
    suspects.begin(1, batch("e1", "a"));
    suspects.begin(2, batch("e2", "b"));
    assertThat(suspects.missing("e2"::equals)).isEqualTo(Set.of("e1"));
    suspects.lost("e1", Loss.unknown());
    assertThat(suspects.missing("e2"::equals)).isEmpty();
    assertThat(suspects.lost("e1", CRASH)).as("told twice").isEmpty();
    assertThat(suspects.losses()).hasSize(1);
  }

  private static Batch batch(String process, String... ids) {
    return new Batch(process, List.of(ids), false);
  }

  private static Batch alone(String process, String id) {
    return new Batch(process, List.of(id), true);
  }
}
