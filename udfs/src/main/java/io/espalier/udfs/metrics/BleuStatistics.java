package io.espalier.udfs.metrics;

import java.util.Arrays;
import java.util.Locale;

/**
 * The BLEU statistics of one segment or, summed, of a corpus: lengths in tokens, matching and all
 * n-grams for n = 1 to 4. A flat vector in sacreBLEU's order: hypothesis length, reference length,
 * four matches, four totals.
 */
public final class BleuStatistics {
  /** The highest n. */
  public static final int ORDER = 4;

  /** The vector's length. */
  public static final int WIDTH = 2 + 2 * ORDER;

  private final long[] values;

  private BleuStatistics(long[] values) {
    this.values = values;
  }

  /**
   * Statistics from their vector, {@link #WIDTH} long; later entries of the array are ignored.
   *
   * @throws IllegalArgumentException if it is too short
   */
  public static BleuStatistics of(long[] values) {
    if (values.length < WIDTH) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot read BLEU statistics: they have %d numbers, must be %d",
              values.length,
              WIDTH));
    }
    return new BleuStatistics(Arrays.copyOf(values, WIDTH));
  }

  /** The vector, a copy. */
  public long[] toArray() {
    return values.clone();
  }

  /** Tokens of the hypothesis. */
  public long hypothesisLength() {
    return values[0];
  }

  /** Tokens of the closest reference, the shorter one of two equally close. */
  public long referenceLength() {
    return values[1];
  }

  /** Matching n-grams, each at most as often as in the reference that has it most often. */
  public long correct(int order) {
    return values[1 + order];
  }

  /** The hypothesis's n-grams. */
  public long total(int order) {
    return values[1 + ORDER + order];
  }
}
