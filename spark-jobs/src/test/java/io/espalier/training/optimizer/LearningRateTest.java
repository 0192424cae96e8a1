package io.espalier.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.conf.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void warmupRisesLinearlyToThePeakAndFallsWithTheRoot() {
    LearningRate rate = new LearningRate.Warmup(2e-3, 400);
    assertThat(rate.at(1)).isCloseTo(5e-6, within(1e-12));
    assertThat(rate.at(200)).isCloseTo(1e-3, within(1e-12));
    assertThat(rate.at(400)).isCloseTo(2e-3, within(1e-12));
    assertThat(rate.at(1600)).isCloseTo(1e-3, within(1e-12));
  }

  @Test
  void piecewiseWarmupGoesThroughItsKnots() {
    LearningRate rate =
        new LearningRate.PiecewiseLinearWarmup(List.of(0L, 3000L, 6000L), List.of(0.0, 5e-6, 5e-5));
    assertThat(rate.at(1500)).isCloseTo(2.5e-6, within(1e-15));
    assertThat(rate.at(3000)).isCloseTo(5e-6, within(1e-15));
    assertThat(rate.at(4500)).isCloseTo(2.75e-5, within(1e-15));
    assertThat(rate.at(6000)).isCloseTo(5e-5, within(1e-15));
    assertThat(rate.at(24000)).isCloseTo(2.5e-5, within(1e-15));
  }

  @Test
  void knotsOutOfOrderAreRefused() {
    assertThatThrownBy(
            () ->
                new LearningRate.PiecewiseLinearWarmup(
                    List.of(0L, 6000L, 3000L), List.of(0.0, 1.0, 2.0)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("steps is [0, 6000, 3000]");
  }
}
