package io.espalier.spark.cluster;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.commit.RunTable;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.BLAS;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/**
 * Assigns every utterance of a run to a speaker cluster. Vectors are length-normalised and compared
 * by cosine; MLlib does clustering, assignment and silhouettes.
 *
 * <p>If the manifest names speakers, all utterances of one speaker count as one point, their mean
 * direction, and get its cluster.
 */
public final class SpeakerClusters {
  static final String FEATURES = "features";
  static final String WEIGHT = "weight";

  private final SparkSession spark;
  private final ClusterOptions options;
  private final String encoder;

  /**
   * @param encoder identifies what made the vectors: those of two encoders cannot be compared
   */
  public SpeakerClusters(SparkSession spark, ClusterOptions options, String encoder) {
    this.spark = spark;
    this.options = options;
    this.encoder = encoder;
  }

  /**
   * Brings the clusters of a run up to date in its table; empty if it has no vectors. It takes the
   * run over from any other driver, so that no row changes meanwhile.
   */
  public Optional<ClusterResult> assign(TableRef table, String runId) {
    RunTable run = RunTable.of(spark, table, runId);
    Optional<Dataset<Row>> claimed = run.claim();
    return claimed.flatMap(
        rows ->
            assign(run, rows.filter(col("run_id").equalTo(runId).and(col("speaker").isNotNull()))));
  }

  private Optional<ClusterResult> assign(RunTable run, Dataset<Row> rows) {
    Dataset<Row> vectors =
        rows.select(
                col("utt_id"),
                col("speaker_id"),
                direction().apply(functions.array_to_vector(col("speaker"))).as(FEATURES))
            .filter(col(FEATURES).isNotNull())
            .cache();
    Dataset<Row> points = points(vectors).cache();
    try {
      long distinct = points.count();
      if (distinct == 0) {
        return Optional.empty();
      }
      ClusterModel.Fit fit = fit(points, distinct);
      Dataset<Row> assigned = assigned(vectors, points, fit.model());
      Dataset<Row> changed = changed(rows, assigned).cache();
      long count = changed.count();
      if (count > 0) {
        run.add(changed, true);
      }
      changed.unpersist();
      return Optional.of(
          new ClusterResult(
              fit.model().centers().length,
              fit.silhouette(),
              vectors.count(),
              count,
              fit.loaded(),
              fit.choice().map(ClusterChoice::text),
              fit.choice().flatMap(ClusterChoice::warning)));
    } finally {
      points.unpersist();
      vectors.unpersist();
    }
  }

  private ClusterModel.Fit fit(Dataset<Row> points, long distinct) {
    if (options.model().isPresent()) {
      Optional<ClusterModel> saved = ClusterModel.load(spark, options.model().get(), encoder);
      if (saved.isPresent()) {
        double silhouette = saved.get().silhouette(points);
        return new ClusterModel.Fit(saved.get(), silhouette, true, Optional.empty());
      }
    }
    ClusterModel.Fit fit = new ClusterFitter(options).fit(points, distinct);
    options.model().ifPresent(path -> fit.model().save(spark, path, encoder));
    return fit;
  }

  /**
   * What is clustered: each known speaker once, with the weight of its utterances, and each
   * utterance of an unknown one. Columns {@code key}, {@code features}, {@code weight}.
   */
  private static Dataset<Row> points(Dataset<Row> vectors) {
    Dataset<Row> known =
        vectors
            .filter(col("speaker_id").isNotNull())
            .groupBy("speaker_id")
            .agg(
                Summarizer.mean(col(FEATURES)).as("mean"),
                count(lit(1)).cast(DataTypes.DoubleType).as(WEIGHT))
            .select(
                col("speaker_id"),
                lit(null).cast(DataTypes.StringType).as("utt_id"),
                direction().apply(col("mean")).as(FEATURES),
                col(WEIGHT))
            .filter(col(FEATURES).isNotNull());
    Dataset<Row> unknown =
        vectors
            .filter(col("speaker_id").isNull())
            .select(col("speaker_id"), col("utt_id"), col(FEATURES), lit(1.0).as(WEIGHT));
    return known.union(unknown);
  }

  private static Dataset<Row> assigned(
      Dataset<Row> vectors, Dataset<Row> points, ClusterModel model) {
    Dataset<Row> clusters = model.assign(points);
    Dataset<Row> bySpeaker =
        clusters
            .filter(col("speaker_id").isNotNull())
            .select(col("speaker_id").as("point_speaker"), col("cluster"));
    Dataset<Row> byUtterance =
        clusters
            .filter(col("speaker_id").isNull())
            .select(col("utt_id").as("point_utt"), col("cluster"));
    Dataset<Row> known =
        vectors.join(bySpeaker, vectors.col("speaker_id").equalTo(col("point_speaker")));
    Dataset<Row> unknown =
        vectors
            .filter(col("speaker_id").isNull())
            .join(byUtterance, vectors.col("utt_id").equalTo(col("point_utt")));
    UserDefinedFunction distance = distance(model.centers());
    return known
        .select("utt_id", "cluster", FEATURES)
        .union(unknown.select("utt_id", "cluster", FEATURES))
        .select(
            col("utt_id").as("assigned_id"),
            col("cluster"),
            distance.apply(col(FEATURES), col("cluster")).as("distance"));
  }

  private static Dataset<Row> changed(Dataset<Row> rows, Dataset<Row> assigned) {
    return rows.join(assigned, rows.col("utt_id").equalTo(assigned.col("assigned_id")))
        .filter(
            col("speaker_cluster")
                .eqNullSafe(col("cluster"))
                .and(col("cluster_distance").eqNullSafe(col("distance")))
                .unary_$bang())
        .withColumn("speaker_cluster", col("cluster"))
        .withColumn("cluster_distance", col("distance"))
        .drop("assigned_id", "cluster", "distance");
  }

  /** A vector of length one, or null for one that has no direction. */
  private static UserDefinedFunction direction() {
    UDF1<Vector, Vector> direction =
        vector -> {
          double length = Vectors.norm(vector, 2);
          if (!(length > 0) || Double.isInfinite(length)) {
            return null;
          }
          return Vectors.dense(
              Arrays.stream(vector.toArray()).map(value -> value / length).toArray());
        };
    return udf(direction, SQLDataTypes.VectorType());
  }

  private static UserDefinedFunction distance(Vector[] centers) {
    UDF2<Vector, Integer, Double> distance =
        (vector, cluster) -> {
          Vector center = centers[cluster];
          return 1 - BLAS.dot(vector, center) / Vectors.norm(center, 2);
        };
    return udf(distance, DataTypes.DoubleType);
  }
}
