package io.espalier.spark;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.clustering.BisectingKMeans;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Clusters points with MLlib, and finds the number of clusters with the best silhouette. */
final class ClusterFitter {
  private static final String COSINE = "cosine";
  private static final int ITERATIONS = 50;

  /** The number of clusters is chosen on at most about so many points. */
  private static final long SAMPLE = 20_000;

  /** Small data are clustered from several starts: one may end in a bad optimum. */
  private static final long SMALL = 5_000;

  private static final int STARTS_TO_CHOOSE = 2;
  private static final int STARTS = 10;

  /** Below, one partition is faster than many. */
  private static final int POINTS_PER_PARTITION = 5_000;

  private final SpeakerClusters.Options options;

  ClusterFitter(SpeakerClusters.Options options) {
    this.options = options;
  }

  /**
   * @param points with {@code features} of length one and {@code weight}
   * @param count of the points, at least 1
   */
  ClusterModel.Fit fit(Dataset<Row> points, long count) {
    int partitions = (int) (1 + count / POINTS_PER_PARTITION);
    // A seed fixes the starts only for points in a fixed order; batches commit theirs in any.
    Column key = coalesce(col("utt_id"), col("speaker_id"));
    Dataset<Row> all = points.repartition(partitions, key).sortWithinPartitions(key).cache();
    try {
      if (options.clusters() > 0 || count <= options.minClusters()) {
        // Two is MLlib's least; a single point just leaves one of them empty.
        long wanted = options.clusters() > 0 ? options.clusters() : count;
        return best(all, (int) Math.max(2, Math.min(wanted, count)), starts(count, STARTS));
      }
      return count <= SAMPLE ? chosen(all, count) : best(all, chosenOnSample(all, count), 1);
    } finally {
      all.unpersist();
    }
  }

  private int chosenOnSample(Dataset<Row> all, long count) {
    long keep = Math.max(1, 1000 * SAMPLE / count);
    Dataset<Row> sample =
        all.filter(abs(xxhash64(coalesce(col("utt_id"), col("speaker_id")))).mod(1000).lt(keep))
            .cache();
    try {
      return chosen(sample, sample.count()).model().centers().length;
    } finally {
      sample.unpersist();
    }
  }

  /** Tries a coarse grid of numbers, then those around the best of it. */
  private ClusterModel.Fit chosen(Dataset<Row> points, long count) {
    int least = options.minClusters();
    int most = (int) Math.min(options.maxClusters(), count - 1);
    TreeSet<Integer> grid = new TreeSet<>();
    for (double k = least; k < most; k = Math.max(k + 1, k * 1.4)) {
      grid.add((int) k);
    }
    grid.add(most);
    TreeMap<Integer, ClusterModel.Fit> fits = new TreeMap<>();
    int starts = starts(count, STARTS_TO_CHOOSE);
    grid.forEach(k -> fits.put(k, best(points, k, starts)));
    boolean found = true;
    while (found) {
      int top = top(fits);
      Integer below = fits.lowerKey(top);
      Integer above = fits.higherKey(top);
      found = false;
      for (Integer k :
          new Integer[] {
            below == null ? top : (below + top) / 2, above == null ? top : (above + top + 1) / 2
          }) {
        if (!fits.containsKey(k)) {
          fits.put(k, best(points, k, starts));
          found = true;
        }
      }
    }
    return best(points, top(fits), starts(count, STARTS));
  }

  private static int top(Map<Integer, ClusterModel.Fit> fits) {
    int top = -1;
    double best = Double.NEGATIVE_INFINITY;
    for (Map.Entry<Integer, ClusterModel.Fit> entry : fits.entrySet()) {
      double silhouette = entry.getValue().silhouette();
      if (top < 0 || silhouette > best) {
        top = entry.getKey();
        best = Double.isNaN(silhouette) ? Double.NEGATIVE_INFINITY : silhouette;
      }
    }
    return top;
  }

  private int starts(long count, int small) {
    return count <= SMALL && options.method() == ClusterMethod.KMEANS ? small : 1;
  }

  /**
   * The start with the smallest cost, which is what k-means minimises. Silhouettes compare numbers
   * of clusters; among starts of the same number they prefer those that join voices that are alike.
   */
  private ClusterModel.Fit best(Dataset<Row> points, int k, int starts) {
    ClusterModel best = null;
    for (int start = 0; start < starts; start++) {
      ClusterModel model = fit(points, k, options.seed() + start);
      if (best == null || model.trainingCost() < best.trainingCost()) {
        best = model;
      }
    }
    return new ClusterModel.Fit(best, best.silhouette(points), false);
  }

  private ClusterModel fit(Dataset<Row> points, int k, long seed) {
    PipelineStage stage =
        switch (options.method()) {
          case BISECTING_KMEANS ->
              new BisectingKMeans()
                  .setK(k)
                  .setSeed(seed)
                  .setMaxIter(ITERATIONS)
                  .setDistanceMeasure(COSINE)
                  .setWeightCol(SpeakerClusters.WEIGHT)
                  .setFeaturesCol(SpeakerClusters.FEATURES);
          case KMEANS, NONE ->
              new KMeans()
                  .setK(k)
                  .setSeed(seed)
                  .setMaxIter(ITERATIONS)
                  .setDistanceMeasure(COSINE)
                  .setWeightCol(SpeakerClusters.WEIGHT)
                  .setFeaturesCol(SpeakerClusters.FEATURES);
        };
    // MLlib caches its own form of the points, and warns of any that are cached as they come.
    Dataset<Row> columns = points.select(SpeakerClusters.FEATURES, SpeakerClusters.WEIGHT);
    return new ClusterModel(new Pipeline().setStages(new PipelineStage[] {stage}).fit(columns));
  }
}
