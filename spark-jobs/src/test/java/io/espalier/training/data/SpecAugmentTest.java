package io.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpecAugmentTest {
  private static final int MELS = 20;
  private static final int FRAMES = 100;

  @Test
  void filterMasksCoverWholeFiltersOnly() {
    float[] masked = apply(new SpecAugment(0, 1, 8, 0, 0), ones());
    for (int m = 0; m < MELS; m++) {
      int filter = m;
      long zeros = IntStream.range(0, FRAMES).filter(t -> masked[t * MELS + filter] == 0).count();
      assertThat(zeros).isIn(0L, (long) FRAMES);
    }
  }

  @Test
  void timeMasksAreNoLongerThanTheirShareOfTheUtterance() {
    SplittableRandom random = new SplittableRandom(5);
    SpecAugment augment = new SpecAugment(0, 0, 0, 1, 0.1);
    for (int i = 0; i < 200; i++) {
      float[] masked = augment.apply(ones(), MELS, random);
      long zeros = IntStream.range(0, FRAMES).filter(t -> masked[t * MELS] == 0).count();
      assertThat(zeros).isLessThanOrEqualTo(10);
    }
  }

  @Test
  void theWarpKeepsBothEndsAndMovesTheMiddle() {
    float[] ramp = new float[FRAMES * MELS];
    for (int t = 0; t < FRAMES; t++) {
      Arrays.fill(ramp, t * MELS, (t + 1) * MELS, t);
    }
    float[] warped = apply(new SpecAugment(5, 0, 0, 0, 0), ramp);
    assertThat(warped[0]).isZero();
    assertThat(warped[(FRAMES - 1) * MELS]).isEqualTo(FRAMES - 1);
    for (int t = 1; t < FRAMES; t++) {
      assertThat(warped[t * MELS]).isGreaterThan(warped[(t - 1) * MELS]);
      assertThat(Math.abs(warped[t * MELS] - t)).isLessThanOrEqualTo(5);
    }
  }

  @Test
  void theInputIsLeftAlone() {
    float[] input = ones();
    apply(new SpecAugment(5, 2, 8, 2, 0.2), input);
    assertThat(input).isEqualTo(ones());
  }

  private static float[] apply(SpecAugment augment, float[] input) {
    return augment.apply(input, MELS, new SplittableRandom(1));
  }

  private static float[] ones() {
    float[] ones = new float[FRAMES * MELS];
    Arrays.fill(ones, 1);
    return ones;
  }
}
