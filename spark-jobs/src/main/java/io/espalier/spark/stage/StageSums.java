package io.espalier.spark.stage;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums over rows of a stage.
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
    Map<String, Long> warnings)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The sums of no rows. */
  public static final StageSums NONE = new StageSums(0, 0, 0, 0, 0, Map.of());

  /** The sums of these rows and others. */
  StageSums plus(StageSums other) {
    Map<String, Long> both = warnings;
    if (!other.warnings.isEmpty()) {
      both = new TreeMap<>(warnings);
      for (Map.Entry<String, Long> count : other.warnings.entrySet()) {
        both.merge(count.getKey(), count.getValue(), Long::sum);
      }
    }
    return new StageSums(
        written + other.written,
        failed + other.failed,
        audioS + other.audioS,
        gflops + other.gflops,
        denseGflops + other.denseGflops,
        both);
  }
}
