package io.espalier.spark.stage;

import java.time.Duration;
import java.util.Locale;

/**
 * Ends a stage that gets no slot: Spark waits for ever if a cluster is full, or if no worker has
 * what the tasks ask for.
 *
 * @param limit time that the first task may wait
 * @param asked what a task asks for
 */
record StartWatch(Duration limit, String asked) {
  /**
   * Looks at the time that has passed without any task.
   *
   * @throws IllegalStateException if it is over the limit
   */
  void check(Duration waited) {
    if (waited.compareTo(limit) > 0) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot start: in %d s Spark gave no slot to a task of the stage, which asks for %s."
                  + " Check in the cluster manager that a worker can offer this, free executors,"
                  + " or wait longer with --start-timeout-s",
              limit.toSeconds(),
              asked));
    }
  }
}
