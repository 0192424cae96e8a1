package io.espalier.spark.cluster;

import java.util.Optional;

/**
 * The options of clustering speakers.
 *
 * @param clusters their number; 0 to choose it
 * @param minClusters smallest number to choose from
 * @param maxClusters largest number to choose from
 * @param model directory of a clustering to apply or to save
 */
public record ClusterOptions(
    ClusterMethod method,
    int clusters,
    int minClusters,
    int maxClusters,
    Optional<String> model,
    long seed) {}
