package io.espalier.spark.score;

import java.util.Arrays;

/** sacreBLEU 2's intervals and p-values from the scores of bootstrap resamples. */
final class BootstrapStatistics {
  /** One part in forty at either end leaves 95 %. */
  private static final int TAIL = 40;

  private BootstrapStatistics() {}

  /** The ends of an interval. */
  record Interval(double low, double high) {}

  /**
   * The 95 % interval: with the n scores sorted, those at n / 40 and n - n / 40 - 1.
   *
   * @param scores of all resamples, at least one
   */
  static Interval interval(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    int tail = sorted.length / TAIL;
    return new Interval(sorted[tail], sorted[sorted.length - tail - 1]);
  }

  /**
   * The probability of a difference as large as the one seen if the systems were equally good: with
   * d the absolute differences of the resamples, the share of resamples in which d - mean(d)
   * exceeds the absolute difference on the whole set, one added to either count. Where no resample
   * differs at all, sacreBLEU's formula gives its smallest value; here it is 1.
   *
   * @param differences of the resamples, of either sign
   * @param seen the difference on the whole set
   */
  static double pValue(double[] differences, double seen) {
    double[] sizes = Arrays.stream(differences).map(Math::abs).sorted().toArray();
    if (sizes[sizes.length - 1] == 0) {
      return 1;
    }
    double mean = Arrays.stream(sizes).sum() / sizes.length;
    long beyond = Arrays.stream(sizes).filter(size -> size - mean > Math.abs(seen)).count();
    return (beyond + 1.0) / (sizes.length + 1.0);
  }
}
