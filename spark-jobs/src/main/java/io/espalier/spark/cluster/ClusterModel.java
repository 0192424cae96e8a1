package io.espalier.spark.cluster;

import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import io.espalier.files.Utf8Text;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Locations;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.clustering.BisectingKMeansModel;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.evaluation.ClusteringEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.mllib.clustering.KMeans;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Option;
import scala.Tuple2;

/** A clustering by MLlib, which can be saved in MLlib's own format. */
public final class ClusterModel {
  private static final String COSINE = "cosine";
  private static final String PREDICTION = "cluster";

  /** Beside MLlib's files: what made the vectors. */
  private static final String ENCODER = "espalier-speaker-encoder.sha256";

  private final PipelineModel pipeline;

  /** Sum of the distances to the centres when it was fitted; NaN if that is not known. */
  private final double cost;

  /**
   * A clustering of some points.
   *
   * @param silhouette NaN with less than two clusters
   * @param loaded whether it was made elsewhere
   * @param choice of the number of clusters; empty if it was given
   */
  record Fit(
      ClusterModel model, double silhouette, boolean loaded, Optional<ClusterChoice> choice) {
    /** A new clustering into a number of clusters that was given. */
    static Fit of(ClusterModel model, Dataset<Row> points) {
      return new Fit(model, model.silhouette(points), false, Optional.empty());
    }

    Fit with(ClusterChoice chosen) {
      return new Fit(model, silhouette, loaded, Optional.of(chosen));
    }
  }

  /**
   * @param pipeline whose last stage is a k-means model of either kind
   */
  public ClusterModel(PipelineModel pipeline) {
    this(pipeline, Double.NaN);
  }

  private ClusterModel(PipelineModel pipeline, double cost) {
    this.pipeline = pipeline;
    this.cost = cost;
  }

  /**
   * MLlib's k-means from given centres. Its newer interface takes no centres, the older one does,
   * and makes the same models.
   *
   * @param centers where to begin, none of them zero
   * @param points with {@code features} of length one and {@code weight}
   */
  static ClusterModel from(double[][] centers, Dataset<Row> points, int iterations) {
    org.apache.spark.mllib.clustering.KMeansModel start =
        new org.apache.spark.mllib.clustering.KMeansModel(
            Arrays.stream(centers)
                .map(org.apache.spark.mllib.linalg.Vectors::dense)
                .toArray(org.apache.spark.mllib.linalg.Vector[]::new));
    RDD<Tuple2<org.apache.spark.mllib.linalg.Vector, Object>> weighted =
        points
            .select(col(SpeakerClusters.FEATURES), col(SpeakerClusters.WEIGHT))
            .javaRDD()
            .map(
                row ->
                    new Tuple2<>(
                        org.apache.spark.mllib.linalg.Vectors.fromML(row.<Vector>getAs(0)),
                        (Object) row.getDouble(1)))
            .rdd();
    org.apache.spark.mllib.clustering.KMeansModel end =
        new KMeans()
            .setK(centers.length)
            .setMaxIterations(iterations)
            .setDistanceMeasure(COSINE)
            .setInitialModel(start)
            .runWithWeight(weighted, true, Option.empty());
    KMeansModel model = new KMeansModel(Identifiable.randomUID("kmeans"), end);
    model.set(model.distanceMeasure(), COSINE);
    PipelineStage[] stages = {model.setFeaturesCol(SpeakerClusters.FEATURES)};
    return new ClusterModel(new Pipeline().setStages(stages).fit(points), end.trainingCost());
  }

  /**
   * Opens a saved clustering.
   *
   * @param encoder what made the vectors that it is to be applied to
   * @return empty if nothing is there
   * @throws UsageException if it was made from other vectors
   */
  public static Optional<ClusterModel> load(SparkSession spark, String directory, String encoder) {
    Path path = Storage.path(Locations.absolute(spark, directory));
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      String pattern = Storage.pattern(fs.makeQualified(path));
      if (!fs.exists(path)) {
        Locations.requireShared(spark, "--cluster-model", path.toString());
        return Optional.empty();
      }
      Locations.requireVisible(spark, "--cluster-model", path.toString());
      Path marker = new Path(path, ENCODER);
      String found = "none";
      if (fs.exists(marker)) {
        try (FSDataInputStream in = fs.open(marker)) {
          found = Utf8Text.decode(in.readAllBytes(), marker.toString()).strip();
        }
      }
      if (!found.equals(encoder)) {
        throw new UsageException(
            ("Cannot apply clustering: %s was made with another speaker encoder (%.12s, now %.12s)."
                    + " Give another --cluster-model")
                .formatted(directory, found, encoder));
      }
      return Optional.of(new ClusterModel(PipelineModel.load(pattern)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  /**
   * Saves it where nothing is yet.
   *
   * @param encoder what made its vectors
   */
  public void save(SparkSession spark, String directory, String encoder) {
    Path path = Storage.path(Locations.absolute(spark, directory));
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      pipeline.save(path.toString());
      try (FSDataOutputStream out = fs.create(new Path(path, ENCODER))) {
        out.write(encoder.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  /** The same points with their {@code cluster}. */
  Dataset<Row> assign(Dataset<Row> points) {
    return pipeline.transform(points).withColumnRenamed("prediction", PREDICTION);
  }

  /** Mean silhouette of weighted points by cosine, NaN with less than two clusters. */
  double silhouette(Dataset<Row> points) {
    if (centers().length < 2) {
      return Double.NaN;
    }
    Dataset<Row> clusters = assign(points);
    try {
      return new ClusteringEvaluator()
          .setFeaturesCol(SpeakerClusters.FEATURES)
          .setWeightCol(SpeakerClusters.WEIGHT)
          .setPredictionCol(PREDICTION)
          .setDistanceMeasure(COSINE)
          .evaluate(clusters.withColumn(PREDICTION, col(PREDICTION).cast("double")));
    } catch (AssertionError e) {
      // MLlib's word for points that all went to one of the clusters.
      return Double.NaN;
    }
  }

  /** Sum of the distances to the centres when it was fitted; only known then. */
  double trainingCost() {
    Transformer last = pipeline.stages()[pipeline.stages().length - 1];
    if (last instanceof KMeansModel model && Double.isNaN(cost)) {
      return model.summary().trainingCost();
    }
    if (last instanceof KMeansModel) {
      return cost;
    }
    // Bisecting k-means has one start and is compared with nothing.
    return 0;
  }

  /** Centres, by cluster. */
  public Vector[] centers() {
    Transformer last = pipeline.stages()[pipeline.stages().length - 1];
    if (last instanceof KMeansModel model) {
      return model.clusterCenters();
    }
    if (last instanceof BisectingKMeansModel model) {
      return model.clusterCenters();
    }
    throw new UsageException(
        "Cannot apply clustering: it is a %s, must be k-means or bisecting k-means"
            .formatted(last.getClass().getSimpleName()));
  }
}
