package io.espalier.spark;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.clustering.BisectingKMeansModel;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.evaluation.ClusteringEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A clustering of MLlib, which a directory of MLlib's own format can hold. */
final class ClusterModel {
  private static final String COSINE = "cosine";
  private static final String PREDICTION = "cluster";

  /** Beside MLlib's files: what made the vectors. */
  private static final String ENCODER = "espalier-speaker-encoder.sha256";

  private final PipelineModel pipeline;

  /**
   * A clustering of some points.
   *
   * @param silhouette NaN with less than two clusters
   * @param loaded whether it was made elsewhere
   */
  record Fit(ClusterModel model, double silhouette, boolean loaded) {}

  /**
   * @param pipeline whose last stage is a k-means model of either kind
   */
  ClusterModel(PipelineModel pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * Opens a saved clustering.
   *
   * @param encoder what made the vectors that it is to be applied to
   * @return empty if nothing is there
   * @throws ConfigurationException if it was made of other vectors
   */
  static Optional<ClusterModel> load(SparkSession spark, String directory, String encoder) {
    Path path = Storage.path(directory);
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      String pattern = Storage.pattern(fs.makeQualified(path));
      if (!fs.exists(path)) {
        return Optional.empty();
      }
      Path marker = new Path(path, ENCODER);
      String found = "none";
      if (fs.exists(marker)) {
        try (FSDataInputStream in = fs.open(marker)) {
          found = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
      }
      if (!found.equals(encoder)) {
        throw new ConfigurationException(
            ("Cannot apply clustering: %s was made for the vectors of another speaker encoder"
                    + " (%.12s, now %.12s). Give another --cluster-model")
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
  void save(SparkSession spark, String directory, String encoder) {
    Path path = Storage.path(directory);
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      pipeline.save(fs.makeQualified(path).toString());
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
    if (last instanceof KMeansModel model) {
      return model.summary().trainingCost();
    }
    // Bisecting k-means has one start and is compared with nothing.
    return 0;
  }

  /** Centres, by cluster. */
  Vector[] centers() {
    Transformer last = pipeline.stages()[pipeline.stages().length - 1];
    if (last instanceof KMeansModel model) {
      return model.clusterCenters();
    }
    if (last instanceof BisectingKMeansModel model) {
      return model.clusterCenters();
    }
    throw new ConfigurationException(
        "Cannot apply clustering: it is a %s, must be k-means or bisecting k-means"
            .formatted(last.getClass().getSimpleName()));
  }
}
