package io.espalier.udfs.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdjustedRandIndexTest {
  private static final double ROUNDING = 1e-12;

  @Test
  void valuesAreThoseOfTheLiterature() {
    // Values of scikit-learn 1.9, adjusted_rand_score.
    assertThat(AdjustedRandIndex.of(labels(0, 0, 1, 1), labels(0, 0, 1, 2)))
        .isCloseTo(0.5714285714285714, within(ROUNDING));
    assertThat(AdjustedRandIndex.of(labels(0, 0, 1, 1), labels(0, 1, 0, 1)))
        .isCloseTo(-0.5, within(ROUNDING));
    assertThat(AdjustedRandIndex.of(labels(0, 0, 0, 0), labels(0, 1, 2, 3))).isZero();
  }

  @Test
  void namesOfGroupsDoNotMatter() {
    assertThat(AdjustedRandIndex.of(labels(0, 0, 1, 2), labels(7, 7, 3, 0))).isEqualTo(1);
    assertThat(AdjustedRandIndex.of(labels(0, 0), labels(1, 1))).isEqualTo(1);
    assertThat(AdjustedRandIndex.of(labels(0, 1), labels(1, 0))).isEqualTo(1);
    assertThat(AdjustedRandIndex.of(labels(), labels())).isEqualTo(1);
  }

  /** The definition, pair by pair. */
  @Test
  void itIsWhatCountingPairsGives() {
    Random random = new Random(3);
    for (int trial = 0; trial < 50; trial++) {
      int[] left = random.ints(40, 0, 2 + trial % 5).toArray();
      int[] right = Arrays.stream(left).map(label -> random.nextBoolean() ? label : 9).toArray();
      double both = 0;
      double inLeft = 0;
      double inRight = 0;
      double all = 0;
      for (int i = 0; i < left.length; i++) {
        for (int j = 0; j < i; j++) {
          boolean sameLeft = left[i] == left[j];
          boolean sameRight = right[i] == right[j];
          all++;
          inLeft += sameLeft ? 1 : 0;
          inRight += sameRight ? 1 : 0;
          both += sameLeft && sameRight ? 1 : 0;
        }
      }
      double expected = inLeft * inRight / all;
      assertThat(AdjustedRandIndex.of(left, right))
          .isCloseTo((both - expected) / ((inLeft + inRight) / 2 - expected), within(ROUNDING));
    }
  }

  private static int[] labels(int... labels) {
    return labels;
  }
}
