package io.espalier.spark.stage;

import java.util.Map;

/**
 * Sums over the rows that a stage has committed.
 *
 * @param written rows
 * @param failed how many of them are failed rows
 * @param audioS seconds of audio of the other rows
 * @param gflops spent on them
 * @param denseGflops their cost with all gates open; 0 for a stage without gates
 * @param warnings number of rows with each warning
 */
public record StageSums(
    long written,
    long failed,
    double audioS,
    double gflops,
    double denseGflops,
    Map<String, Long> warnings) {
  /** The sums of no rows. */
  public static final StageSums NONE = new StageSums(0, 0, 0, 0, 0, Map.of());
}
