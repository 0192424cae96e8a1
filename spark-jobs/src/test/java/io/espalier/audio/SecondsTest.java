package io.espalier.audio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecondsTest {
  @Test
  void hundredthsAreEnoughForPeople() {
    assertThat(Seconds.text(0.5069374999999998)).isEqualTo("0.51");
  }

  @Test
  void twoLengthsThatDifferLookDifferent() {
    assertThat(Seconds.text(2.5499, 2.55)).isEqualTo("2.5499");
    assertThat(Seconds.text(2.55, 2.5499)).isEqualTo("2.5500");
    assertThat(Seconds.text(2, 3)).isEqualTo("2.00");
    assertThat(Seconds.text(2, 2)).isEqualTo("2.00");
  }
}
