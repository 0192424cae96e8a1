package io.espalier.spark.context;

import io.espalier.spark.cluster.ClusterResult;
import io.espalier.spark.stage.StageSummary;
import java.util.Optional;

/**
 * The result of a {@code context} job.
 *
 * @param stage counted from the rows that it wrote
 * @param clusters absent if speakers were not clustered
 */
public record ContextSummary(StageSummary stage, Optional<ClusterResult> clusters) {
  /** A few lines for people. */
  public String report() {
    return stage.report()
        + clusters.map(result -> System.lineSeparator() + result.text()).orElse("");
  }
}
