package io.espalier.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BackgroundTest {
  @Test
  void workGoesOnBesideTheCaller() {
    CountDownLatch asked = new CountDownLatch(1);
    try (Background<String> work =
        Background.start(
            "work",
            () -> {
              asked.await();
              return "done";
            })) {
      asked.countDown();
      assertThat(work.get()).isEqualTo("done");
    }
  }

  @Test
  void aFailureComesOutAsItWas() {
    UsageException failure = new UsageException("Cannot do: it");
    try (Background<String> work =
        Background.start(
            "work",
            () -> {
              throw failure;
            })) {
      assertThatThrownBy(work::get).isSameAs(failure);
    }
  }

  @Test
  void closingWaitsForTheEnd() {
    AtomicBoolean ended = new AtomicBoolean();
    Background.start(
            "work",
            () -> {
              Thread.sleep(50);
              ended.set(true);
              return null;
            })
        .close();
    assertThat(ended).isTrue();
  }
}
