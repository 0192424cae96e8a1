package io.espalier.spark.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.udf;

import io.espalier.spark.table.FromScala;
import io.espalier.udfs.metrics.BleuOptions;
import io.espalier.udfs.metrics.ChrfOptions;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Column expressions of the metrics and of their bootstrap results.
 *
 * @param bleu how BLEU is computed
 * @param chrf how chrF is computed
 */
record MetricFunctions(BleuOptions bleu, ChrfOptions chrf) {
  private static final StructType INTERVAL =
      new StructType().add("low", DataTypes.DoubleType).add("high", DataTypes.DoubleType);

  /** For sums over many rows. */
  static MetricFunctions ofCorpora(ScoreOptions options) {
    return new MetricFunctions(options.bleu(), options.chrf());
  }

  /** For single rows: BLEU with effective order. */
  static MetricFunctions ofSentences(ScoreOptions options) {
    BleuOptions bleu = options.bleu();
    return new MetricFunctions(
        new BleuOptions(
            bleu.tokenizer(), bleu.smoothing(), bleu.smoothingValue(), bleu.lowercase(), true),
        options.chrf());
  }

  /** The score of the column of its kind; null where that is null. */
  Column score(CorpusMetric metric) {
    return score(metric, col(metric.kind().column()));
  }

  /** The score of a vector of statistics. */
  Column score(CorpusMetric metric, Column statistics) {
    BleuOptions bleuOptions = bleu;
    ChrfOptions chrfOptions = chrf;
    UDF1<Seq<Long>, Double> function =
        vector ->
            vector == null
                ? null
                : metric.score(Bootstrap.vector(FromScala.list(vector)), bleuOptions, chrfOptions);
    return udf(function, DataTypes.DoubleType).apply(statistics);
  }

  /** The score of the first or the second of two vectors that stand in one. */
  Column scoreOfHalf(CorpusMetric metric, Column statistics, int half) {
    int width = metric.kind().width();
    return score(metric, slice(statistics, lit(1 + half * width), lit(width)));
  }

  /** The 95 % interval of a list of resampled scores, as {@code low} and {@code high}. */
  static Column interval(Column scores) {
    UDF1<Seq<Double>, org.apache.spark.sql.Row> function =
        values -> {
          BootstrapStatistics.Interval interval = BootstrapStatistics.interval(vector(values));
          return org.apache.spark.sql.RowFactory.create(interval.low(), interval.high());
        };
    return udf(function, INTERVAL).apply(scores);
  }

  /** The p-value of a list of resampled differences beside the one that was seen. */
  static Column pValue(Column differences, Column seen) {
    UDF2<Seq<Double>, Double, Double> function =
        (values, difference) ->
            values == null || difference == null
                ? null
                : BootstrapStatistics.pValue(vector(values), difference);
    UserDefinedFunction udf = udf(function, DataTypes.DoubleType);
    return udf.apply(differences, seen);
  }

  private static double[] vector(Seq<Double> values) {
    List<Double> list = FromScala.list(values);
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
