package io.espalier.spark.cluster;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.clustering.BisectingKMeans;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Clusters points with MLlib. The driver chooses the number of clusters and the initial centres,
 * from all points or a sample.
 */
final class ClusterFitter {
  private static final String COSINE = "cosine";
  private static final int ITERATIONS = 50;

  /** The sample's size; a tree of so many takes seconds. */
  private static final int SAMPLE = 2_000;

  /** More, if many clusters are wanted; a tree of so many takes 150 MB. */
  private static final int LARGEST_SAMPLE = 6_000;

  private static final int POINTS_PER_CLUSTER = 8;

  private static final int SAMPLE_PARTS = 1_000_000;

  /** Small data are clustered from several starts: one may end in a bad optimum. */
  private static final long SMALL = 5_000;

  private static final int STARTS = 10;

  /** Below, one partition is faster than many. */
  private static final int POINTS_PER_PARTITION = 5_000;

  private final ClusterOptions options;
  private final int usualSample;
  private final int largestSample;

  ClusterFitter(ClusterOptions options) {
    this(options, SAMPLE, LARGEST_SAMPLE);
  }

  /**
   * @param usualSample maximum number of points of a tree
   * @param largestSample the same where many clusters are wanted
   */
  ClusterFitter(ClusterOptions options, int usualSample, int largestSample) {
    this.options = options;
    this.usualSample = usualSample;
    this.largestSample = largestSample;
  }

  /**
   * @param points with {@code features} of length one and {@code weight}
   * @param count of the points, at least 1
   */
  ClusterModel.Fit fit(Dataset<Row> points, long count) {
    int partitions = (int) (1 + count / POINTS_PER_PARTITION);
    // Sums depend on the order of what is summed, and batches commit theirs in any.
    Column key = coalesce(col("utt_id"), col("speaker_id"));
    Dataset<Row> all = points.repartition(partitions, key).sortWithinPartitions(key).cache();
    try {
      long fixed = options.clusters() > 0 ? options.clusters() : options.minClusters();
      return options.clusters() > 0 || count <= fixed
          ? given(all, (int) Math.min(fixed, count), count)
          : chosen(all, count);
    } finally {
      all.unpersist();
    }
  }

  private ClusterModel.Fit given(Dataset<Row> all, int clusters, long count) {
    Directions sample = directions(sample(all, count, clusters));
    if (sample.size() < count && sample.size() < clusters * HalvesAgreement.POINTS_PER_CLUSTER) {
      return ClusterModel.Fit.of(best(all, clusters, starts(count, STARTS)), all);
    }
    int[] labels = sample.centered().tree().cut(clusters);
    return ClusterModel.Fit.of(model(all, sample, labels, clusters), all);
  }

  private ClusterModel.Fit chosen(Dataset<Row> all, long count) {
    List<Row> rows = sample(all, count, options.maxClusters());
    Directions sample = directions(rows);
    // Speakers that have names are not all one speaker.
    long named = rows.stream().filter(row -> row.isNullAt(1)).limit(2).count();
    int least = (int) Math.max(options.minClusters(), Math.min(named, options.maxClusters()));
    ClusterChoice choice =
        new ClusterDivider(sample, least, options.maxClusters(), options.seed()).choose();
    int[] labels = choice.labels().stream().mapToInt(Integer::intValue).toArray();
    ClusterModel model = model(all, sample, labels, choice.clusters());
    return ClusterModel.Fit.of(model, all).with(choice);
  }

  /** Points in the order of their keys, about as many as a tree can have. */
  private List<Row> sample(Dataset<Row> all, long count, int clusters) {
    long limit =
        Math.max(usualSample, Math.min(largestSample, (long) POINTS_PER_CLUSTER * clusters));
    Column key = coalesce(col("utt_id"), col("speaker_id"));
    Dataset<Row> some =
        count <= limit
            ? all
            : all.filter(
                pmod(xxhash64(key), lit(SAMPLE_PARTS))
                    .lt(Math.max(1, SAMPLE_PARTS * limit / count)));
    return some
        .select(key, col("utt_id"), col(SpeakerClusters.FEATURES), col(SpeakerClusters.WEIGHT))
        .collectAsList()
        .stream()
        .sorted(Comparator.comparing(row -> row.getString(0)))
        .toList();
  }

  private static Directions directions(List<Row> rows) {
    return new Directions(
        rows.stream().map(row -> row.<Vector>getAs(2).toArray()).toArray(double[][]::new),
        rows.stream().mapToDouble(row -> row.getDouble(3)).toArray());
  }

  /**
   * The method's clustering of all points. K-means begins with the sample's clusters, and with
   * those of its tree without centring, and the smaller cost is kept.
   */
  private ClusterModel model(Dataset<Row> all, Directions sample, int[] labels, int clusters) {
    if (options.method() == ClusterMethod.BISECTING_KMEANS && clusters > 1) {
      return fit(all, clusters, options.seed());
    }
    return Stream.of(labels, sample.tree().cut(clusters))
        .map(start -> ClusterModel.from(sample.centers(start, clusters), all, ITERATIONS))
        .min(Comparator.comparingDouble(ClusterModel::trainingCost))
        .orElseThrow();
  }

  private int starts(long count, int small) {
    return count <= SMALL && options.method() == ClusterMethod.KMEANS ? small : 1;
  }

  /**
   * The random start with the smallest cost, which is what k-means minimises. It serves where more
   * clusters are asked for than a tree can have.
   */
  private ClusterModel best(Dataset<Row> points, int k, int starts) {
    ClusterModel best = null;
    for (int start = 0; start < starts; start++) {
      ClusterModel model = fit(points, k, options.seed() + start);
      if (best == null || model.trainingCost() < best.trainingCost()) {
        best = model;
      }
    }
    return best;
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
