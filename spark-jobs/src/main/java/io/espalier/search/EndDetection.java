package io.espalier.search;

import java.util.List;

/**
 * Decides that no running hypothesis can win any more (ESPnet's {@code end_detect}): hypotheses
 * that ended in each of the last three steps were far worse than the best.
 */
final class EndDetection {
  private static final int STEPS = 3;
  private static final double MARGIN = -10.0;

  private EndDetection() {}

  /**
   * @param ended what has ended so far
   * @param step number of the current step, from 0; compared with lengths that include the prompt,
   *     as the reference does
   */
  static boolean isOver(List<Hypothesis> ended, int step) {
    if (ended.isEmpty()) {
      return false;
    }
    double best = ended.stream().mapToDouble(Hypothesis::score).max().orElseThrow();
    int hopeless = 0;
    for (int m = 0; m < STEPS; m++) {
      int length = step - m;
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
