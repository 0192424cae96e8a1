package io.espalier.search.beam;

import java.util.Arrays;

/**
 * CTC prefix probabilities of one utterance, as ESPnet's {@code CTCPrefixScoreTH} defines them
 * (Watanabe et al. 2017, hybrid CTC/attention). The prompt is never scored. Whether it counts as
 * tokens that were emitted is {@link SearchRelease}'s business: if so, the first token cannot be
 * emitted before frame {@code prompt - 1}.
 *
 * <p>Scoring a candidate costs one pass over the frames and no recursion; only prefixes that the
 * search takes are carried on with {@link #extend}.
 */
final class CtcPrefixScorer {
  /** ESPnet's logarithm of zero. */
  static final double LOG_ZERO = -1e10;

  private final float[] blank;

  /**
   * @param blank log-probability of blank at each frame
   */
  CtcPrefixScorer(float[] blank) {
    this.blank = blank;
  }

  /** The state in front of any token, whatever the prompt is. */
  CtcState start() {
    double[] nonBlank = new double[blank.length];
    Arrays.fill(nonBlank, LOG_ZERO);
    double[] onlyBlank = new double[blank.length];
    double sum = 0;
    for (int t = 0; t < blank.length; t++) {
      sum += blank[t];
      onlyBlank[t] = sum;
    }
    return new CtcState(nonBlank, onlyBlank, 0);
  }

  /** For each frame, the log-probability of all paths of the prefix up to it. */
  double[] paths(CtcState state) {
    double[] sum = new double[blank.length];
    for (int t = 0; t < sum.length; t++) {
      sum[t] = LogSum.of(state.nonBlank()[t], state.blank()[t]);
    }
    return sum;
  }

  /** Score of ending the sequence behind the prefix. */
  double end(double[] paths) {
    return paths[paths.length - 1];
  }

  /**
   * The paths that a token can follow: one that repeats the last token needs a blank between.
   *
   * @param paths of the prefix, from {@link #paths}
   */
  double[] before(CtcState state, double[] paths, boolean repeats) {
    return repeats ? state.blank() : paths;
  }

  /**
   * Log-probability of all sequences that start with the prefix and one more token.
   *
   * @param before from {@link #before}
   * @param column the token's log-probability at each frame
   * @param emitted tokens of the prefix, each of which took a frame
   */
  double score(double[] before, float[] column, int emitted) {
    int start = Math.max(emitted, 1);
    double best = emitted == 0 ? column[0] : LOG_ZERO;
    for (int t = start; t < blank.length; t++) {
      best = Math.max(best, before[t - 1] + column[t]);
    }
    double sum = emitted == 0 ? Math.exp(column[0] - best) : 0;
    for (int t = start; t < blank.length; t++) {
      double distance = before[t - 1] + column[t] - best;
      if (distance > LogSum.NEGLIGIBLE) {
        sum += Math.exp(distance);
      }
    }
    return sum > 0 ? best + Math.log(sum) : LOG_ZERO;
  }

  /** The state behind one more token; arguments as for {@link #score}. */
  CtcState extend(double[] before, float[] column, int emitted, double score) {
    double[] nonBlank = new double[blank.length];
    double[] onlyBlank = new double[blank.length];
    Arrays.fill(nonBlank, LOG_ZERO);
    Arrays.fill(onlyBlank, LOG_ZERO);
    if (emitted == 0) {
      nonBlank[0] = column[0];
    }
    for (int t = Math.max(emitted, 1); t < blank.length; t++) {
      nonBlank[t] = LogSum.of(nonBlank[t - 1], before[t - 1]) + column[t];
      onlyBlank[t] = LogSum.of(nonBlank[t - 1], onlyBlank[t - 1]) + blank[t];
    }
    return new CtcState(nonBlank, onlyBlank, score);
  }
}
