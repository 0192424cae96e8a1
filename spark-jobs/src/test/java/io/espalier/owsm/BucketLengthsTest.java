package io.espalier.owsm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BucketLengthsTest {
  private static final int RATE = 16_000;
  private static final int WINDOW = 30 * RATE;
  private static final BucketLengths LENGTHS = new BucketLengths(WINDOW, RATE);

  @Test
  void windowsOfThirtySecondsHaveSixLengths() {
    assertThat(LENGTHS.all())
        .containsExactly(5 * RATE, 15 * RATE / 2, 10 * RATE, 15 * RATE, 20 * RATE, 30 * RATE);
  }

  @Test
  void halfASecondOfSilenceIsBehindSpeechUnlessTheWindowEnds() {
    for (int own = 1; own <= WINDOW; own += 997) {
      int padded = LENGTHS.padded(own);
      assertThat(LENGTHS.all()).contains(padded);
      assertThat(padded).isGreaterThanOrEqualTo(Math.min(WINDOW, own + RATE / 2));
    }
    assertThat(LENGTHS.padded(9 * RATE / 2)).isEqualTo(5 * RATE);
    assertThat(LENGTHS.padded(9 * RATE / 2 + 1)).isEqualTo(15 * RATE / 2);
    assertThat(LENGTHS.padded(WINDOW)).isEqualTo(WINDOW);
  }

  @Test
  void noMoreThanAThirdIsWasteBeyondTheShortest() {
    for (int own = 5 * RATE; own <= WINDOW; own += 997) {
      assertThat(LENGTHS.holding(own)).isBetween(own, own * 3 / 2);
    }
  }

  @Test
  void lengthsFollowTheModelsWindow() {
    BucketLengths demo = new BucketLengths(8 * RATE, RATE);
    assertThat(demo.all()).startsWith(21_334, 2 * RATE).endsWith(8 * RATE);
    assertThat(demo.padded(3 * RATE / 2)).isEqualTo(2 * RATE);
    BucketLengths tiny = new BucketLengths(9600, RATE);
    assertThat(tiny.padded(1000)).isEqualTo(1600);
    assertThat(tiny.padded(1001)).isEqualTo(2400);
  }
}
