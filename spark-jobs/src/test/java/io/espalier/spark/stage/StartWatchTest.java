package io.espalier.spark.stage;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StartWatchTest {
  private static final StartWatch WATCH = new StartWatch(Duration.ofMinutes(10), "1 CPU and 1 GPU");

  @Test
  void aStageMayWaitForASlot() {
    assertThatNoException().isThrownBy(() -> WATCH.check(Duration.ofMinutes(10)));
  }

  @Test
  void whoeverWaitsTooLongLearnsForWhat() {
    assertThatThrownBy(() -> WATCH.check(Duration.ofSeconds(601)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot start: in 600 s Spark gave no slot to a task of the stage, which asks for 1"
                + " CPU and 1 GPU. Check in the cluster manager that a worker can offer this, free"
                + " executors, or wait longer with --start-timeout-s");
  }
}
