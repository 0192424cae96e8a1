package io.espalier.udfs.metrics;

import java.util.HashMap;
import java.util.Map;

/**
 * Hubert and Arabie's adjusted Rand index (1985): how well two divisions of the same rows agree, 1
 * if they are the same, 0 on average if one is drawn by chance. Counts of pairs are all it needs,
 * so that memory grows with the pairs of labels that occur, not with the rows.
 */
public final class AdjustedRandIndex {
  private AdjustedRandIndex() {}

  /**
   * The index of a contingency table.
   *
   * @param cells how many rows have a left and a right label, by left, then right label
   * @return 1 where both put all rows together, or each row apart
   */
  public static <L, R> double of(Map<L, Map<R, Long>> cells) {
    double both = 0;
    double inLeft = 0;
    long rows = 0;
    Map<R, Long> rights = new HashMap<>();
    for (Map<R, Long> row : cells.values()) {
      long left = 0;
      for (Map.Entry<R, Long> cell : row.entrySet()) {
        left += cell.getValue();
        both += pairs(cell.getValue());
        rights.merge(cell.getKey(), cell.getValue(), Long::sum);
      }
      inLeft += pairs(left);
      rows += left;
    }
    double inRight = rights.values().stream().mapToDouble(AdjustedRandIndex::pairs).sum();
    return index(both, inLeft, inRight, pairs(rows));
  }

  /**
   * The index of two labellings of the same rows.
   *
   * @param left labels from 0
   * @param right labels from 0
   */
  public static double of(int[] left, int[] right) {
    Map<Integer, Map<Integer, Long>> cells = new HashMap<>();
    for (int i = 0; i < left.length; i++) {
      cells.computeIfAbsent(left[i], key -> new HashMap<>()).merge(right[i], 1L, Long::sum);
    }
    return of(cells);
  }

  private static double index(double both, double inLeft, double inRight, double all) {
    double expected = all == 0 ? 0 : inLeft * inRight / all;
    double most = (inLeft + inRight) / 2;
    return most == expected ? 1 : (both - expected) / (most - expected);
  }

  private static double pairs(long count) {
    return count * (count - 1) / 2.0;
  }
}
