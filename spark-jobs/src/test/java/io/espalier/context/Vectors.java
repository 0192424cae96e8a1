package io.espalier.context;

import static org.assertj.core.api.Assertions.assertThat;

/** Comparison of embeddings. */
final class Vectors {
  private static final double RELATIVE = 1e-4;

  private Vectors() {}

  /** Every number within 1e-4 of the vector's largest magnitude. */
  static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) Math.abs(actual[i] - expected[i]))
          .as("difference of number %d, largest magnitude %s", i, largest)
          .isLessThanOrEqualTo(RELATIVE * largest);
    }
  }
}
