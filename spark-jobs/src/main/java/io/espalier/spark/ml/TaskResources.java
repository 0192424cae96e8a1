package io.espalier.spark.ml;

import io.espalier.conf.UsageException;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskOptions;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * The resources of a transformer's tasks: those of every task of the session, because Spark has no
 * resource profiles for DataFrames.
 */
final class TaskResources {
  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";

  private TaskResources() {}

  /**
   * The options with the threads of a task.
   *
   * @throws UsageException if a GPU is wanted that tasks do not get or cannot use
   */
  static TaskOptions of(SparkSession spark, TaskOptions options) {
    SparkConf conf = spark.sparkContext().getConf();
    String device = options.device();
    if (spark.sparkContext().isLocal()) {
      TaskDevice.requireInThisProcess(device);
    }
    boolean gets = !spark.sparkContext().isLocal() && conf.contains(TASK_GPUS);
    boolean wants =
        device.equals(TaskDevice.ASSIGNED)
            || (device.equals(TaskDevice.AUTO) && conf.getInt(EXECUTOR_GPUS, 0) > 0);
    if (wants && !gets) {
      throw new UsageException(
          "Cannot use a GPU that Spark assigns: %s is not set, or Spark runs in local mode. Set it, or give cuda or cpu as the device"
              .formatted(TASK_GPUS));
    }
    return options.threads() > 0 ? options : options.withThreads(conf.getInt("spark.task.cpus", 1));
  }
}
