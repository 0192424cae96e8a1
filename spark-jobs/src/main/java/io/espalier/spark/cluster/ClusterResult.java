package io.espalier.spark.cluster;

import java.util.Locale;
import java.util.Optional;

/**
 * The result of clustering the speakers of a run.
 *
 * @param clusters their number
 * @param silhouette of the points, cosine, -1 to 1; NaN with less than two clusters
 * @param rows number of rows that have a cluster
 * @param changed rows whose cluster is new or changed
 * @param loaded whether a saved clustering was applied
 * @param choice of their number, in a few words; empty if it was given
 * @param warning about the number, if any
 */
public record ClusterResult(
    int clusters,
    double silhouette,
    long rows,
    long changed,
    boolean loaded,
    Optional<String> choice,
    Optional<String> warning) {
  public String text() {
    String how = choice.orElse(loaded ? "of the saved clustering" : "");
    String text =
        String.format(
            Locale.ROOT,
            "%d speaker cluster%s%s%s; %d rows have a cluster, new or changed in %d of them",
            clusters,
            clusters == 1 ? "" : "s",
            how.isEmpty() ? "" : " (" + how + ")",
            Double.isNaN(silhouette)
                ? ""
                : String.format(Locale.ROOT, ", silhouette %.3f", silhouette),
            rows,
            changed);
    return warning.map(more -> text + System.lineSeparator() + more).orElse(text);
  }
}
