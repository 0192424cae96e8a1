package io.espalier.search.beam;

import java.util.List;

/**
 * Decides that no running hypothesis can win any more (ESPnet's {@code end_detect}): the best
 * hypotheses that ended with each of three neighbouring lengths are far worse than the best of all.
 */
final class EndDetection {
  private static final int STEPS = 3;
  private static final double MARGIN = -10.0;

  private EndDetection() {}

  /**
   * @param ended what has ended so far
   * @param longest tokens, prompt and end included, of the longest hypotheses to look at: see
   *     {@link SearchRelease#longestEnded}
   */
  static boolean isOver(List<Hypothesis> ended, int longest) {
    if (ended.isEmpty()) {
      return false;
    }
    double best = ended.stream().mapToDouble(Hypothesis::score).max().orElseThrow();
    int hopeless = 0;
    for (int m = 0; m < STEPS; m++) {
      int length = longest - m;
      double bestOfLength =
          ended.stream()
              .filter(h -> h.tokens().length == length)
              .mapToDouble(Hypothesis::score)
              .max()
              .orElse(Double.NaN);
      if (bestOfLength - best < MARGIN) {
        hopeless++;
      }
    }
    return hopeless == STEPS;
  }
}
