package io.espalier.spark.score;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.broadcast;
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
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Compares pairs of runs on the utterances that both runs have: figures, differences, their
 * intervals and p-values, from resamples that draw the same utterances in both runs. All pairs are
 * one query, because planning a query takes longer than comparing two runs of usual size.
 */
final class RunComparison {
  private static final String KEY = "group_key";
  private static final List<String> PAIR = List.of("run_a", "run_b");
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
  private final List<Score.Pair> pairs;

  /**
   * @param pairs whose baselines' values of the grouping columns count; at least one
   */
  RunComparison(Grouping grouping, ScoreOptions options, Collection<Score.Pair> pairs) {
    this.grouping = grouping;
    this.options = options;
    this.pairs = List.copyOf(pairs);
    functions = MetricFunctions.ofCorpora(options);
  }

  /** Names of the columns of every table of comparisons. */
  static Set<String> columnNames() {
    List<String> names = new ArrayList<>(PAIR);
    names.addAll(List.of("grouping", KEY));
    names.addAll(OF_METRIC);
    names.addAll(OF_GROUP);
    names.addAll(List.of("only_a", "only_b", "resamples", "resample_seed"));
    return Set.copyOf(names);
  }

  /**
   * One row for each pair, group and metric.
   *
   * @throws UsageException if the runs of a pair share no utterance, or not their references
   */
  Dataset<Row> table(Dataset<Row> scored) {
    Dataset<Row> paired = paired(scored).persist();
    try {
      requireSameReferences(paired);
      Dataset<Row> rows =
          figures(paired)
              .join(broadcast(unshared(scored, paired)), PAIR.toArray(String[]::new))
              .withColumn("resamples", lit(options.resamples()))
              .withColumn("resample_seed", lit(options.seed()));
      return rows.sparkSession().createDataFrame(rows.collectAsList(), rows.schema());
    } finally {
      paired.unpersist();
    }
  }

  /** Rows of the baselines with those of the other runs, statistics of the latter behind. */
  private Dataset<Row> paired(Dataset<Row> scored) {
    List<Row> names =
        pairs.stream().map(pair -> RowFactory.create(pair.runA(), pair.runB())).toList();
    StructType schema = new StructType().add("run_a", StringType).add("run_b", StringType);
    Dataset<Row> wanted = broadcast(scored.sparkSession().createDataFrame(names, schema));
    Dataset<Row> a = scored.join(wanted, scored.col("run_id").equalTo(wanted.col("run_a")));
    List<Column> ofB =
        new ArrayList<>(
            List.of(
                col("utt_id"),
                col("run_id").as("run_b"),
                col("reference").as("reference_b"),
                col("gflops_total").as("cost_b")));
    for (StatisticsKind kind : StatisticsKind.values()) {
      ofB.add(col(kind.column()).as(kind.column() + "_b"));
    }
    Dataset<Row> rows =
        a.join(scored.select(ofB.toArray(Column[]::new)), new String[] {"run_b", "utt_id"});
    for (StatisticsKind kind : StatisticsKind.values()) {
      // Null where either is null.
      rows = rows.withColumn(kind.column(), concat(col(kind.column()), col(kind.column() + "_b")));
    }
    return rows;
  }

  private static void requireSameReferences(Dataset<Row> paired) {
    List<Row> different =
        paired
            .filter(col("reference").eqNullSafe(col("reference_b")).unary_$bang())
            .select("run_a", "run_b", "utt_id")
            .takeAsList(5);
    if (!different.isEmpty()) {
      Row first = different.get(0);
      List<String> examples =
          different.stream()
              .filter(row -> pair(row).equals(pair(first)))
              .map(row -> row.getString(2))
              .toList();
      throw new UsageException(
          ("Cannot compare runs: %s and %s have different references, such as"
                      + " those of %s. Give one")
                  .formatted(first.getString(0), first.getString(1), examples)
              + " set with --references");
    }
  }

  /** The number of utterances that only one run of a pair has, for each run. */
  private Dataset<Row> unshared(Dataset<Row> scored, Dataset<Row> paired) {
    Map<String, Long> utterances =
        scored.groupBy("run_id").count().collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
    Map<Score.Pair, Long> shared =
        paired.groupBy("run_a", "run_b").count().collectAsList().stream()
            .collect(Collectors.toMap(RunComparison::pair, row -> row.getLong(2)));
    List<Row> rows = new ArrayList<>();
    for (Score.Pair pair : pairs) {
      Long both = shared.get(pair);
      if (both == null) {
        throw new UsageException(
            "Cannot compare runs: %s and %s have no utt_id in common"
                .formatted(pair.runA(), pair.runB()));
      }
      rows.add(
          RowFactory.create(
              pair.runA(),
              pair.runB(),
              utterances.get(pair.runA()) - both,
              utterances.get(pair.runB()) - both));
    }
    StructType schema =
        new StructType()
            .add("run_a", StringType)
            .add("run_b", StringType)
            .add("only_a", LongType)
            .add("only_b", LongType);
    return scored.sparkSession().createDataFrame(rows, schema);
  }

  private static Score.Pair pair(Row row) {
    return new Score.Pair(row.getString(0), row.getString(1));
  }

  private Dataset<Row> figures(Dataset<Row> paired) {
    Dataset<Row> expanded = grouping.expand(paired, PAIR);
    Dataset<Row> groups = sums(expanded);
    List<Column> metrics = new ArrayList<>();
    for (StatisticsKind kind : StatisticsKind.values()) {
      groups = withDifferences(groups, expanded, kind);
    }
    for (CorpusMetric metric : CorpusMetric.values()) {
      metrics.add(ofMetric(metric));
    }
    List<Column> columns = new ArrayList<>();
    PAIR.forEach(name -> columns.add(col(name)));
    columns.add(col("grouping"));
    grouping.by().forEach(name -> columns.add(Quoted.column(name)));
    columns.add(col("of.*"));
    OF_GROUP.forEach(name -> columns.add(col(name)));
    return groups
        .withColumn("of", explode(array(metrics.toArray(Column[]::new))))
        .filter("of.a IS NOT NULL")
        .select(columns.toArray(Column[]::new));
  }

  private Dataset<Row> sums(Dataset<Row> expanded) {
    List<Column> figures = new ArrayList<>(grouping.values());
    PAIR.forEach(name -> figures.add(first(name).as(name)));
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
