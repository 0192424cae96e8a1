package io.espalier.checkpoint.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfTest {
  private static final int POSITIVE_INFINITY = 0x7C00;

  @Test
  void everyFiniteHalfComesBackAsItWas() {
    for (int bits = 0; bits < POSITIVE_INFINITY; bits++) {
      for (short half : new short[] {(short) bits, (short) (bits | 0x8000)}) {
        assertThat(Half.fromFloat(Half.toFloat(half))).isEqualTo(half);
      }
    }
  }

  @Test
  void valuesFollowTheFormula() {
    for (int bits = 0; bits < POSITIVE_INFINITY; bits++) {
      int exponent = bits >> 10;
      double fraction = bits & 0x3FF;
      double expected =
          exponent == 0
              ? fraction * Math.pow(2, -24)
              : (1 + fraction / 1024) * Math.pow(2, exponent - 15);
      assertThat((double) Half.toFloat((short) bits)).isEqualTo(expected);
    }
  }

  @Test
  void theMiddleBetweenTwoIsRoundedToTheEvenOne() {
    for (int bits = 0; bits < POSITIVE_INFINITY - 1; bits++) {
      float low = Half.toFloat((short) bits);
      float high = Half.toFloat((short) (bits + 1));
      float middle = low + (high - low) / 2;
      int even = bits % 2 == 0 ? bits : bits + 1;
      assertThat(Half.fromFloat(middle)).isEqualTo((short) even);
      assertThat(Half.fromFloat(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Half.fromFloat(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
    }
  }

  @Test
  void whatIsTooLargeBecomesInfinite() {
    assertThat(Half.fromFloat(65519.996f)).isEqualTo((short) 0x7BFF);
    assertThat(Half.fromFloat(65520f)).isEqualTo((short) POSITIVE_INFINITY);
    assertThat(Half.toFloat(Half.fromFloat(Float.NEGATIVE_INFINITY)))
        .isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Half.toFloat(Half.fromFloat(Float.NaN))).isNaN();
  }
}
