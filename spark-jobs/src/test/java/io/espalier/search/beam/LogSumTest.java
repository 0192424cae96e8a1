package io.espalier.search.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LogSumTest {
  @Test
  void itIsTheLogarithmOfTheSum() {
    Random random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      double a = -100 * random.nextDouble();
      double b = a - 45 * random.nextDouble();
      double sum = a + Math.log1p(Math.exp(b - a));
      assertThat(LogSum.of(a, b)).isCloseTo(sum, within(2e-12));
      assertThat(LogSum.of(b, a)).isEqualTo(LogSum.of(a, b));
    }
  }

  @Test
  void equalNumbersAreDoubled() {
    assertThat(LogSum.of(-3, -3)).isCloseTo(-3 + Math.log(2), within(1e-15));
  }

  @Test
  void whatIsImpossibleAddsNothing() {
    assertThat(LogSum.of(-1e10, -7)).isEqualTo(-7);
    assertThat(LogSum.of(Double.NEGATIVE_INFINITY, -7)).isEqualTo(-7);
    assertThat(LogSum.of(-1e10, -1e10)).isCloseTo(-1e10, within(1.0));
  }
}
