package io.espalier.spark.stage;

import io.espalier.conf.UsageException;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskOptions;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * The tasks, threads and resources of a stage.
 *
 * @param partitions tasks per group, at least 1
 * @param threads intra-op threads per task, at least 1
 * @param profile resources that the stage requests from Spark; absent means Spark's default
 */
public record StageSlots(int partitions, int threads, Optional<ResourceProfile> profile) {
  private static final String GPU_AMOUNT = "spark.executor.resource.gpu.amount";

  /**
   * Decides. On the CPU a task per slot beats threads within fewer tasks: the many small operations
   * of a decoding step gain little from threads, and all tasks of a process share one model. Where
   * there are fewer tasks than local cores, the cores are shared among them.
   *
   * @param asked tasks per group; 0 to decide
   * @param rowsPerGroup on average; a task without rows is of no use
   * @throws UsageException if a GPU is asked for that Spark cannot assign, or that tasks of this
   *     process cannot use
   */
  public static StageSlots of(SparkContext spark, TaskOptions work, int asked, long rowsPerGroup) {
    SparkConf conf = spark.getConf();
    int taskCpus = conf.getInt("spark.task.cpus", 1);
    int gpus = gpusPerExecutor(spark, work.device());
    int slots =
        gpus > 0
            ? gpus * Math.max(1, spark.getExecutorMemoryStatus().size() - 1)
            : Math.max(1, spark.defaultParallelism() / taskCpus);
    int wanted = asked > 0 ? asked : slots;
    int partitions = (int) Math.max(1, Math.min(wanted, rowsPerGroup));
    int threads = work.threads();
    if (threads == 0) {
      threads =
          isInProcess(spark)
              ? Math.max(taskCpus, spark.defaultParallelism() / partitions)
              : taskCpus;
    }
    return new StageSlots(
        partitions, threads, gpus > 0 ? Optional.of(profile(taskCpus)) : Optional.empty());
  }

  private static int gpusPerExecutor(SparkContext spark, String device) {
    int gpus = device.equals(TaskDevice.CPU) ? 0 : spark.getConf().getInt(GPU_AMOUNT, 0);
    boolean isAsked = device.equals(TaskDevice.ASSIGNED);
    if (isInProcess(spark)) {
      // Spark refuses resource profiles where there are no executors to give them to.
      if (isAsked || (gpus > 0 && device.equals(TaskDevice.AUTO))) {
        throw new UsageException(
            "Cannot use a GPU that Spark assigns: in local mode it assigns none. Give cuda or cpu"
                + " as the device");
      }
      TaskDevice.requireInThisProcess(device);
      return 0;
    }
    if (isAsked && gpus == 0) {
      throw new UsageException(
          "Cannot use a GPU that Spark assigns: %s is not set. Set it, or give cuda or cpu as the device"
              .formatted(GPU_AMOUNT));
    }
    return gpus;
  }

  private static boolean isInProcess(SparkContext spark) {
    return spark.isLocal();
  }

  private static ResourceProfile profile(int taskCpus) {
    return new ResourceProfileBuilder()
        .require(new TaskResourceRequests().cpus(taskCpus).resource(TaskDevice.GPU_RESOURCE, 1))
        .build();
  }
}
