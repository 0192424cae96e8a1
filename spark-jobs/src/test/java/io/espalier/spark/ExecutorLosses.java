package io.espalier.spark;

import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Prints a line for each executor that is lost. */
public final class ExecutorLosses extends SparkListener {
  private static final String PREFIX = "executor lost: ";

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    System.out.println(PREFIX + removed.reason().replaceAll("\\R", " "));
  }

  /** Those that the output of a driver tells of. */
  public static int in(String output) {
    return (int) output.lines().filter(line -> line.startsWith(PREFIX)).count();
  }
}
