package io.espalier.spark.task;

import io.espalier.search.Outcome;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * The named accumulators of one job in Spark's UI, for watching only: Spark may count a retried
 * task twice. The job's result is counted from its rows.
 */
public record TaskCounters(
    LongAccumulator utterances,
    DoubleAccumulator audioHours,
    LongAccumulator failures,
    DoubleAccumulator gflopsSpent,
    DoubleAccumulator gflopsSaved)
    implements Serializable {
  private static final double SECONDS_PER_HOUR = 3600;

  public static TaskCounters register(SparkContext spark) {
    return new TaskCounters(
        spark.longAccumulator("utterances"),
        spark.doubleAccumulator("audio hours"),
        spark.longAccumulator("failures"),
        spark.doubleAccumulator("GFLOPs spent"),
        spark.doubleAccumulator("GFLOPs saved"));
  }

  public void addTranscribed(double durationS, Outcome.Gflops gflops) {
    add(durationS, gflops.total(), gflops.dense() - gflops.total());
  }

  public void add(double durationS, double spent, double saved) {
    utterances.add(1);
    audioHours.add(durationS / SECONDS_PER_HOUR);
    gflopsSpent.add(spent);
    gflopsSaved.add(saved);
  }

  public void addFailed() {
    utterances.add(1);
    failures.add(1);
  }
}
