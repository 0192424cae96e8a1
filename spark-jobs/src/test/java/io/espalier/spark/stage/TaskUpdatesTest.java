package io.espalier.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.spark.task.TaskCounters;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskUpdatesTest {
  private final TaskCounters counters = TaskCounters.register(TestSpark.session().sparkContext());
  private final TaskUpdates updates = new TaskUpdates(counters);

  @Test
  void runningTasksCountAndEndedOnesDoNot() {
    updates.started(1);
    updates.started(2);
    updates.counted(1, utterances(5));
    updates.counted(2, utterances(3));
    updates.counted(1, utterances(7));
    assertThat(updates.sums().utterances()).isEqualTo(10);
    updates.ended(1);
    counters.utterances().add(8L);
    assertThat(updates.sums().utterances()).isEqualTo(11);
  }

  @Test
  void aHeartbeatThatComesAfterTheEndOfItsTaskSaysNothing() {
    updates.started(1);
    updates.counted(1, utterances(5));
    updates.ended(1);
    counters.utterances().add(6L);
    updates.counted(1, utterances(5));
    assertThat(updates.sums().utterances()).isEqualTo(6);
  }

  private Map<Long, Number> utterances(long count) {
    return Map.of(counters.utterances().id(), count);
  }
}
