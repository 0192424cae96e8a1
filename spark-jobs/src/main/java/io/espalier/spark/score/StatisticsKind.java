package io.espalier.spark.score;

import io.espalier.udfs.metrics.BleuStatistics;
import io.espalier.udfs.metrics.ChrfOptions;

/**
 * A kind of count vector per utterance. Its sum over a group is all that the group's metrics need.
 */
enum StatisticsKind {
  /** Word and character edits: hits, substitutions, deletions, insertions of each. */
  RECOGNITION("recognition", 8),
  /** BLEU's counts, then chrF's. */
  TRANSLATION("translation", BleuStatistics.WIDTH + ChrfOptions.CHRF.width());

  private final String column;
  private final int width;

  StatisticsKind(String column, int width) {
    this.column = column;
    this.width = width;
  }

  /** Column of the vector; null where a row does not count. */
  String column() {
    return column;
  }

  int width() {
    return width;
  }
}
