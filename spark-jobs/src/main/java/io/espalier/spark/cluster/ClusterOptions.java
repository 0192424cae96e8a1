package io.espalier.spark.cluster;

import java.util.Optional;

/**
 * How speakers are clustered.
 *
 * @param clusters their number; 0 to choose it
 * @param minClusters fewest to choose from
 * @param maxClusters most to choose from
 * @param model directory of a saved clustering, to apply or to make
 */
public record ClusterOptions(
    ClusterMethod method,
    int clusters,
    int minClusters,
    int maxClusters,
    Optional<String> model,
    long seed) {}
