package io.espalier.search;

import java.util.Arrays;

/**
 * CTC prefix scores by the recursion of Watanabe et al. (2017), from the first label on, for one
 * prefix at a time.
 */
final class PlainCtc {
  private static final double ZERO = -1e10;

  private final double[][] x;
  private final int blank;

  /**
   * @param x log-probabilities, (frames, vocabulary)
   */
  PlainCtc(double[][] x, int blank) {
    this.x = x;
    this.blank = blank;
  }

  /**
   * Log-probability of all sequences that begin with these labels, or, if the last one is {@code
   * eos}, of those before it alone.
   *
   * @param taken frames before which the first label cannot come
   */
  double score(int[] labels, int taken, int eos) {
    double[] nonBlank = new double[x.length];
    double[] afterBlank = new double[x.length];
    Arrays.fill(nonBlank, ZERO);
    double silence = 0;
    for (int t = 0; t < x.length; t++) {
      silence += x[t][blank];
      afterBlank[t] = silence;
    }
    double score = 0;
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i];
      int last = x.length - 1;
      if (label == eos) {
        return add(nonBlank[last], afterBlank[last]);
      }
      boolean repeats = i > 0 && labels[i - 1] == label;
      int start = Math.max(taken + i, 1);
      double[] nextNonBlank = new double[x.length];
      double[] nextBlank = new double[x.length];
      Arrays.fill(nextNonBlank, ZERO);
      Arrays.fill(nextBlank, ZERO);
      if (taken + i == 0) {
        nextNonBlank[0] = x[0][label];
      }
      score = start <= x.length ? nextNonBlank[start - 1] : ZERO;
      for (int t = start; t < x.length; t++) {
        double before = repeats ? afterBlank[t - 1] : add(nonBlank[t - 1], afterBlank[t - 1]);
        score = add(score, before + x[t][label]);
        nextNonBlank[t] = add(nextNonBlank[t - 1], before) + x[t][label];
        nextBlank[t] = add(nextNonBlank[t - 1], nextBlank[t - 1]) + x[t][blank];
      }
      if (label == blank) {
        score = ZERO;
      }
      nonBlank = nextNonBlank;
      afterBlank = nextBlank;
    }
    return score;
  }

  private static double add(double a, double b) {
    double most = Math.max(a, b);
    return most + Math.log(Math.exp(a - most) + Math.exp(b - most));
  }
}
