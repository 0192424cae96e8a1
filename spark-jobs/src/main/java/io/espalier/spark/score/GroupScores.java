package io.espalier.spark.score;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.espalier.spark.table.Quoted;
import io.espalier.spark.task.RowStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Computes the figures of groups of utterances, with intervals. */
final class GroupScores {
  private static final List<String> GFLOPS =
      List.of("total", "dense", "subsampling", "encoder", "decoder", "ctc", "gates", "context");
  private static final String KEY = "group_key";

  private final Grouping grouping;
  private final ScoreOptions options;
  private final MetricFunctions functions;

  GroupScores(Grouping grouping, ScoreOptions options) {
    this.grouping = grouping;
    this.options = options;
    functions = MetricFunctions.ofCorpora(options);
  }

  /** Names of the columns of every table of groups. */
  static Set<String> columnNames() {
    Set<String> names =
        new TreeSet<>(
            List.of(
                "run_id",
                "grouping",
                "group_key",
                "utterances",
                "failed",
                "without_reference",
                "wer_utterances",
                "bleu_utterances",
                "reference_words",
                "audio_s",
                "saved_fraction",
                "rtfx",
                "open_encoder",
                "open_decoder",
                "wer_signature",
                "bleu_signature",
                "chrf_signature",
                "resamples",
                "resample_seed"));
    GFLOPS.forEach(name -> names.add("gflops_" + name));
    for (CorpusMetric metric : CorpusMetric.values()) {
      names.addAll(List.of(metric.column(), metric.column() + "_low", metric.column() + "_high"));
    }
    return names;
  }

  /** One row for each group of each run. */
  Dataset<Row> table(Dataset<Row> scored) {
    Dataset<Row> expanded = grouping.expand(scored, List.of("run_id"));
    Dataset<Row> groups = plain(expanded);
    for (CorpusMetric metric : CorpusMetric.values()) {
      groups = groups.withColumn(metric.column(), functions.score(metric));
    }
    for (StatisticsKind kind : StatisticsKind.values()) {
      groups = withIntervals(groups, expanded, kind);
    }
    return ordered(groups);
  }

  private Dataset<Row> plain(Dataset<Row> expanded) {
    List<Column> figures = new ArrayList<>();
    figures.add(first("grouping").as("grouping"));
    figures.addAll(grouping.values());
    Column ok = col("status").equalTo(RowStatus.OK);
    Column computeMs = col("timing.encoder_ms").plus(col("timing.decoder_ms"));
    Column timed = ok.and(computeMs.gt(0));
    figures.addAll(
        List.of(
            count(lit(1)).as("utterances"),
            count(when(ok.unary_$bang(), 1)).as("failed"),
            count(when(col("reference").isNull(), 1)).as("without_reference"),
            count("recognition").as("wer_utterances"),
            count("translation").as("bleu_utterances"),
            sum(when(ok, col("duration_s"))).as("audio_s"),
            lit(1).minus(ratio(sum("gflops.total"), sum("gflops.dense"))).as("saved_fraction"),
            ratio(sum(when(timed, col("duration_s"))).multiply(1000), sum(when(timed, computeMs)))
                .as("rtfx"),
            avg("gates.open_encoder").as("open_encoder"),
            avg("gates.open_decoder").as("open_decoder")));
    GFLOPS.forEach(name -> figures.add(avg("gflops." + name).as("gflops_" + name)));
    for (String signature : List.of("wer_signature", "bleu_signature", "chrf_signature")) {
      figures.add(first(signature, true).as(signature));
    }
    for (StatisticsKind kind : StatisticsKind.values()) {
      figures.add(VectorSum.of(expanded.sparkSession(), col(kind.column())).as(kind.column()));
    }
    return expanded
        .groupBy("run_id", KEY)
        .agg(figures.get(0), figures.subList(1, figures.size()).toArray(Column[]::new))
        .withColumn("reference_words", referenceWords());
  }

  /** Null where the divisor is zero, which ANSI mode would fail at. */
  static Column ratio(Column dividend, Column divisor) {
    return when(divisor.notEqual(0), dividend.divide(divisor));
  }

  /** Hits, substitutions and deletions are the words of the reference. */
  private static Column referenceWords() {
    Column vector = col(StatisticsKind.RECOGNITION.column());
    return vector.getItem(0).plus(vector.getItem(1)).plus(vector.getItem(2));
  }

  private Dataset<Row> withIntervals(
      Dataset<Row> groups, Dataset<Row> expanded, StatisticsKind kind) {
    List<CorpusMetric> metrics =
        Arrays.stream(CorpusMetric.values()).filter(metric -> metric.kind() == kind).toList();
    if (options.resamples() == 0) {
      return metrics.stream()
          .flatMap(m -> java.util.stream.Stream.of(m.column() + "_low", m.column() + "_high"))
          .reduce(
              groups, (rows, name) -> rows.withColumn(name, lit(null).cast("double")), (a, b) -> b);
    }
    Dataset<Row> vectors =
        expanded
            .filter(col(kind.column()).isNotNull())
            .select(col(KEY), col("utt_id"), col(kind.column()).as("statistics"));
    Dataset<Row> resampled =
        new Bootstrap(options.resamples(), options.seed()).sums(vectors, kind.width());
    Column[] lists =
        metrics.stream()
            .map(m -> collect_list(functions.score(m, col("statistics"))).as(m.column() + "_all"))
            .toArray(Column[]::new);
    Dataset<Row> intervals =
        resampled.groupBy(KEY).agg(lists[0], Arrays.copyOfRange(lists, 1, lists.length));
    for (CorpusMetric metric : metrics) {
      String all = metric.column() + "_all";
      intervals =
          intervals
              .withColumn(all, MetricFunctions.interval(col(all)))
              .withColumn(metric.column() + "_low", col(all + ".low"))
              .withColumn(metric.column() + "_high", col(all + ".high"))
              .drop(all);
    }
    return groups.join(intervals, new String[] {KEY}, "left");
  }

  private Dataset<Row> ordered(Dataset<Row> groups) {
    List<String> names = new ArrayList<>(List.of("run_id", "grouping"));
    names.addAll(grouping.by());
    names.addAll(
        List.of(
            "utterances",
            "failed",
            "without_reference",
            "wer_utterances",
            "bleu_utterances",
            "reference_words"));
    for (CorpusMetric metric : CorpusMetric.values()) {
      names.addAll(List.of(metric.column(), metric.column() + "_low", metric.column() + "_high"));
    }
    names.add("audio_s");
    GFLOPS.forEach(name -> names.add("gflops_" + name));
    names.addAll(
        List.of(
            "saved_fraction",
            "rtfx",
            "open_encoder",
            "open_decoder",
            "wer_signature",
            "bleu_signature",
            "chrf_signature"));
    return groups
        .select(names.stream().map(Quoted::column).toArray(Column[]::new))
        .withColumn("resamples", lit(options.resamples()))
        .withColumn("resample_seed", lit(options.seed()));
  }
}
