package io.espalier.spark.stage;

import java.util.Map;

/**
 * What the rows that a stage has committed sum to.
 *
 * @param written rows
 * @param failed how many of them are failed ones
 * @param audioS seconds of audio of the others
 * @param gflops spent on them
 * @param denseGflops what the same would have cost with all gates open; 0 where gates have no part
 * @param warnings how many rows carry which
 */
public record StageSums(
    long written,
    long failed,
    double audioS,
    double gflops,
    double denseGflops,
    Map<String, Long> warnings) {
  /** Of no rows. */
  public static final StageSums NONE = new StageSums(0, 0, 0, 0, 0, Map.of());
}
