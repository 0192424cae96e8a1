package io.espalier.spark.recovery;

import java.util.List;

/**
 * The rows of one snapshot of a table.
 *
 * @param snapshot its id
 * @param committedMs when it was made, in milliseconds since the epoch
 */
record TableState(long snapshot, long committedMs, List<StoredRow> rows) {
  /**
   * One row.
   *
   * @param text the hypothesis; null for a failed row
   */
  record StoredRow(String runId, String uttId, String status, int attempt, String text) {
    String key() {
      return runId + " " + uttId;
    }
  }
}
