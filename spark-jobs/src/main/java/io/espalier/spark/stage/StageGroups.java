package io.espalier.spark.stage;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Divides the rows that a stage lacks into groups by the hash of their ids, in one shuffle that all
 * groups share. Each group is one Spark job.
 *
 * @param stage its name, as Spark's UI shows it
 * @param results computes them, {@code partitions} partitions for each group
 */
public record StageGroups(
    String stage, JavaSparkContext context, JavaRDD<Row> results, int partitions, int count) {
  private static final Logger LOG = LoggerFactory.getLogger(StageGroups.class);

  /** Groups of {@code commitEvery} rows on average. */
  public static int count(long rows, int commitEvery) {
    return Math.toIntExact((rows + commitEvery - 1) / commitEvery);
  }

  /**
   * Spreads the pending rows of a stage over groups.
   *
   * @param pending rows of the manifest
   * @param task computes one partition
   */
  public static StageGroups of(
      String stage,
      Dataset<Row> pending,
      FlatMapFunction<Iterator<Row>, Row> task,
      StageSlots slots,
      int count) {
    JavaRDD<Row> results =
        pending
            .repartition(count * slots.partitions(), col("utt_id"))
            .toJavaRDD()
            .mapPartitions(task);
    return new StageGroups(
        stage,
        JavaSparkContext.fromSparkContext(pending.sparkSession().sparkContext()),
        slots.profile().map(results::withResources).orElse(results),
        slots.partitions(),
        count);
  }

  /**
   * Computes and commits group by group.
   *
   * @param committed told what is in the table for good
   */
  public void run(StageWriter writer, Consumer<List<Row>> committed) {
    Background<Void> rehearsal = writer.rehearse();
    try {
      for (int group = 0; group < count; group++) {
        List<Row> rows = compute(group);
        context.setJobDescription(
            String.format(Locale.ROOT, "commit group %d of %d", group + 1, count));
        writer.commit(rows);
        committed.accept(rows);
        LOG.info("Committed group {} of {}: {} rows of {}", group + 1, count, rows.size(), stage);
      }
    } finally {
      rehearsal.close();
    }
  }

  private List<Row> compute(int group) {
    context.setJobDescription(
        String.format(Locale.ROOT, "%s group %d of %d", stage, group + 1, count));
    int[] own = IntStream.range(group * partitions, (group + 1) * partitions).toArray();
    List<Row> rows = new ArrayList<>();
    Arrays.stream(results.collectPartitions(own)).forEach(rows::addAll);
    return rows;
  }
}
