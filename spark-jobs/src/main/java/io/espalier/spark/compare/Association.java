package io.espalier.spark.compare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much a label tells about a decision between open and closed.
 *
 * @param openShare share of the decisions that are open
 * @param entropyBits entropy of the decision: 0 if it is always the same, 1 if it is even
 * @param informationBits mutual information of decision and label, less what chance alone gives in
 *     a sample of this size on average (the bias of Miller, 1955, {@code (k - 1) / (2 n ln 2)} bits
 *     for {@code k} labels and {@code n} decisions); never below 0
 * @param labels number of different labels
 */
record Association(double openShare, double entropyBits, double informationBits, int labels) {
  /**
   * Counts decisions.
   *
   * @param open the decisions, at least one
   * @param label of each decision
   */
  static Association of(List<Boolean> open, List<String> label) {
    int count = open.size();
    Map<String, int[]> byLabel = new HashMap<>();
    int allOpen = 0;
    for (int i = 0; i < count; i++) {
      int[] counts = byLabel.computeIfAbsent(label.get(i), key -> new int[2]);
      counts[0]++;
      counts[1] += open.get(i) ? 1 : 0;
      allOpen += open.get(i) ? 1 : 0;
    }
    double share = (double) allOpen / count;
    double entropy = entropy(share);
    double rest = 0;
    for (int[] counts : byLabel.values()) {
      rest += (double) counts[0] / count * entropy((double) counts[1] / counts[0]);
    }
    double bias = entropy == 0 ? 0 : (byLabel.size() - 1) / (2 * Math.log(2) * count);
    return new Association(share, entropy, Math.max(0, entropy - rest - bias), byLabel.size());
  }

  /** Share of the decision's entropy that the label explains; NaN if there is nothing to. */
  double explained() {
    return entropyBits == 0 ? Double.NaN : informationBits / entropyBits;
  }

  private static double entropy(double share) {
    return bits(share) + bits(1 - share);
  }

  private static double bits(double share) {
    return share <= 0 ? 0 : -share * Math.log(share) / Math.log(2);
  }
}
