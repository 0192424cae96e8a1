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
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * The current values of the counters. Spark adds a task's counts to an accumulator only when the
 * task ends, which may take an hour. Running tasks report them in heartbeats, every ten seconds
 * unless {@code spark.executor.heartbeatInterval} is set.
 */
final class TaskUpdates extends SparkListener {
  private final TaskCounters counters;

  /** What each running task has counted. A heartbeat may come after the end of its task. */
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
      counted((Long) task._1(), values);
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    started(start.taskInfo().taskId());
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    ended(end.taskInfo().taskId());
  }

  void started(long task) {
    running.put(task, Map.of());
  }

  /**
   * @param values by accumulator
   */
  void counted(long task, Map<Long, Number> values) {
    running.replace(task, values);
  }

  void ended(long task) {
    running.remove(task);
  }

  private double inFlight(long accumulator) {
    return running.values().stream()
        .mapToDouble(values -> values.getOrDefault(accumulator, 0).doubleValue())
        .sum();
  }
}
