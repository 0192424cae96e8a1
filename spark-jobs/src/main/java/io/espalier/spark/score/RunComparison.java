package io.espalier.spark.score;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.espalier.spark.ConfigurationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Sets two runs side by side on the utterances that both have: figures, differences, their
 * intervals and p-values, from resamples that draw the same utterances of either run.
 */
final class RunComparison {
  private static final String KEY = "group_key";
  private static final List<String> OF_METRIC =
      List.of(
          "metric",
          "utterances",
          "a",
          "b",
          "difference",
          "difference_low",
          "difference_high",
          "p_value");
  private static final List<String> OF_GROUP = List.of("gflops_a", "gflops_b", "saved_fraction");

  private final Grouping grouping;
  private final ScoreOptions options;
  private final MetricFunctions functions;
  private final String runA;
  private final String runB;

  /**
   * @param runA the baseline, whose values of the grouping columns count
   */
  RunComparison(Grouping grouping, ScoreOptions options, String runA, String runB) {
    this.grouping = grouping;
    this.options = options;
    this.runA = runA;
    this.runB = runB;
    functions = MetricFunctions.ofCorpora(options);
  }

  /** Names of the columns of every table of comparisons. */
  static Set<String> columnNames() {
    List<String> names = new ArrayList<>(List.of("run_a", "run_b", "grouping", KEY));
    names.addAll(OF_METRIC);
    names.addAll(OF_GROUP);
    names.addAll(List.of("only_a", "only_b", "resamples", "resample_seed"));
    return Set.copyOf(names);
  }

  /**
   * One row for each group and metric.
   *
   * @throws ConfigurationException if the runs share no utterance, or not their references
   */
  Dataset<Row> table(Dataset<Row> scored) {
    Dataset<Row> a = scored.filter(col("run_id").equalTo(runA));
    Dataset<Row> b = scored.filter(col("run_id").equalTo(runB));
    Dataset<Row> paired = paired(a, b).persist();
    try {
      requireSameReferences(paired);
      long both = paired.count();
      if (both == 0) {
        throw new ConfigurationException(
            "Cannot compare runs: %s and %s have no utt_id in common".formatted(runA, runB));
      }
      Dataset<Row> table = figures(paired).withColumn("only_a", lit(a.count() - both));
      Dataset<Row> rows =
          table
              .withColumn("only_b", lit(b.count() - both))
              .withColumn("resamples", lit(options.resamples()))
              .withColumn("resample_seed", lit(options.seed()));
      return rows.sparkSession().createDataFrame(rows.collectAsList(), rows.schema());
    } finally {
      paired.unpersist();
    }
  }

  private static Dataset<Row> paired(Dataset<Row> a, Dataset<Row> b) {
    List<Column> ofB =
        new ArrayList<>(
            List.of(
                col("utt_id"),
                col("reference").as("reference_b"),
                col("gflops_total").as("cost_b")));
    for (StatisticsKind kind : StatisticsKind.values()) {
      ofB.add(col(kind.column()).as(kind.column() + "_b"));
    }
    Dataset<Row> rows = a.join(b.select(ofB.toArray(Column[]::new)), "utt_id");
    for (StatisticsKind kind : StatisticsKind.values()) {
      // Null where either is null.
      rows = rows.withColumn(kind.column(), concat(col(kind.column()), col(kind.column() + "_b")));
    }
    return rows;
  }

  private void requireSameReferences(Dataset<Row> paired) {
    List<Row> different =
        paired
            .filter(col("reference").eqNullSafe(col("reference_b")).unary_$bang())
            .select("utt_id")
            .takeAsList(5);
    if (!different.isEmpty()) {
      throw new ConfigurationException(
          "Cannot compare runs: %s and %s have different references, such as those of %s. Give one"
                  .formatted(runA, runB, different.stream().map(row -> row.getString(0)).toList())
              + " set with --references");
    }
  }

  private Dataset<Row> figures(Dataset<Row> paired) {
    Dataset<Row> expanded = grouping.expand(paired, List.of());
    Dataset<Row> groups = sums(expanded);
    List<Column> metrics = new ArrayList<>();
    for (StatisticsKind kind : StatisticsKind.values()) {
      groups = withDifferences(groups, expanded, kind);
    }
    for (CorpusMetric metric : CorpusMetric.values()) {
      metrics.add(ofMetric(metric));
    }
    List<Column> columns = new ArrayList<>();
    columns.add(lit(runA).as("run_a"));
    columns.add(lit(runB).as("run_b"));
    columns.add(col("grouping"));
    grouping.by().forEach(name -> columns.add(Grouping.quoted(name)));
    columns.add(col("of.*"));
    OF_GROUP.forEach(name -> columns.add(col(name)));
    return groups
        .withColumn("of", explode(array(metrics.toArray(Column[]::new))))
        .filter("of.a IS NOT NULL")
        .select(columns.toArray(Column[]::new));
  }

  private Dataset<Row> sums(Dataset<Row> expanded) {
    List<Column> figures = new ArrayList<>(grouping.values());
    figures.add(avg("gflops_total").as("gflops_a"));
    figures.add(avg("cost_b").as("gflops_b"));
    Column both = col("gflops_total").isNotNull().and(col("cost_b").isNotNull());
    figures.add(
        lit(1)
            .minus(
                GroupScores.ratio(
                    sum(when(both, col("cost_b"))), sum(when(both, col("gflops_total")))))
            .as("saved_fraction"));
    for (StatisticsKind kind : StatisticsKind.values()) {
      Column vector = col(kind.column());
      figures.add(count(vector).as(kind.column() + "_utterances"));
      figures.add(VectorSum.of(expanded.sparkSession(), vector).as(kind.column()));
    }
    return expanded
        .groupBy(KEY)
        .agg(first("grouping").as("grouping"), figures.toArray(Column[]::new));
  }

  private Dataset<Row> withDifferences(
      Dataset<Row> groups, Dataset<Row> expanded, StatisticsKind kind) {
    Dataset<Row> vectors =
        expanded
            .filter(col(kind.column()).isNotNull())
            .select(col(KEY), col("utt_id"), col(kind.column()).as("statistics"));
    Dataset<Row> resampled =
        new Bootstrap(options.resamples(), options.seed()).sums(vectors, 2 * kind.width());
    Column[] lists =
        Arrays.stream(CorpusMetric.values())
            .filter(metric -> metric.kind() == kind)
            .map(
                metric ->
                    collect_list(difference(metric, col("statistics")))
                        .as(metric.column() + "_differences"))
            .toArray(Column[]::new);
    Dataset<Row> differences =
        resampled.groupBy(KEY).agg(lists[0], Arrays.copyOfRange(lists, 1, lists.length));
    return groups.join(differences, new String[] {KEY}, "left");
  }

  private Column ofMetric(CorpusMetric metric) {
    Column statistics = col(metric.kind().column());
    Column resampled = col(metric.column() + "_differences");
    Column interval = when(resampled.isNotNull(), MetricFunctions.interval(resampled));
    Column seen = difference(metric, statistics);
    return struct(
        lit(metric.column()).as("metric"),
        col(metric.kind().column() + "_utterances").as("utterances"),
        functions.scoreOfHalf(metric, statistics, 0).as("a"),
        functions.scoreOfHalf(metric, statistics, 1).as("b"),
        seen.as("difference"),
        interval.getField("low").as("difference_low"),
        interval.getField("high").as("difference_high"),
        MetricFunctions.pValue(resampled, seen).as("p_value"));
  }

  private Column difference(CorpusMetric metric, Column statistics) {
    return functions
        .scoreOfHalf(metric, statistics, 1)
        .minus(functions.scoreOfHalf(metric, statistics, 0));
  }
}
