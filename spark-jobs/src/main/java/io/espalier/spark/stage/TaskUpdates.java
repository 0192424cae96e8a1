package io.espalier.spark.stage;

import io.espalier.spark.table.FromScala;
import io.espalier.spark.task.TaskCounters;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * The current values of the counters. Spark adds a task's counts to an accumulator only when the
 * task ends, which may take an hour. Running tasks report them in heartbeats, every ten seconds
 * unless {@code spark.executor.heartbeatInterval} is set.
 */
final class TaskUpdates extends SparkListener {
  private final TaskCounters counters;
  private final Map<Long, Map<Long, Number>> running = new ConcurrentHashMap<>();

  /** Sums over ended and running tasks. */
  record Sums(long utterances, double audioHours, long failures) {}

  TaskUpdates(TaskCounters counters) {
    this.counters = counters;
  }

  Sums sums() {
    return new Sums(
        counters.utterances().value() + (long) inFlight(counters.utterances().id()),
        counters.audioHours().value() + inFlight(counters.audioHours().id()),
        counters.failures().value() + (long) inFlight(counters.failures().id()));
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    // Spark's versions have their own sequence here.
    for (var task : FromScala.list(update.accumUpdates())) {
      Map<Long, Number> values = new HashMap<>();
      for (AccumulableInfo info : FromScala.list(task._4())) {
        if (info.update().isDefined() && info.update().get() instanceof Number value) {
          values.put(info.id(), value);
        }
      }
      running.put((Long) task._1(), values);
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
  }

  private double inFlight(long accumulator) {
    return running.values().stream()
        .mapToDouble(values -> values.getOrDefault(accumulator, 0).doubleValue())
        .sum();
  }
}
