package io.espalier.spark.stage;

import io.espalier.conf.UsageException;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskOptions;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/** The slots that a stage's tasks run in: what a task asks for, and how many can run. */
public final class StageSlots {
  /** Set by users who have every task of every stage take a GPU. */
  static final String TASK_GPUS = "spark.task.resource.gpu.amount";

  private static final String GPU_AMOUNT = "spark.executor.resource.gpu.amount";
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";

  private final SparkContext spark;
  private final int taskCpus;

  /** Of an executor; 0 for tasks without one. */
  private final int gpus;

  private StageSlots(SparkContext spark, int taskCpus, int gpus) {
    this.spark = spark;
    this.taskCpus = taskCpus;
    this.gpus = gpus;
  }

  /**
   * Finds out.
   *
   * @throws UsageException if a GPU is asked for that Spark cannot assign, or that tasks of this
   *     process cannot use
   */
  public static StageSlots of(SparkContext spark, TaskOptions work) {
    return new StageSlots(
        spark, spark.getConf().getInt("spark.task.cpus", 1), gpusPerExecutor(spark, work.device()));
  }

  /** Tasks that can run at the same time on the executors that there are now, at least 1. */
  int now() {
    if (spark.isLocal()) {
      return Math.max(1, spark.defaultParallelism() / taskCpus);
    }
    int executors = spark.getExecutorMemoryStatus().size() - 1;
    int cores = spark.getConf().getInt("spark.executor.cores", 0);
    int slots =
        gpus > 0 || cores > 0
            ? executors * perExecutor(cores)
            : spark.defaultParallelism() / taskCpus;
    return Math.max(1, slots);
  }

  /**
   * Tasks that can run at the same time if all executors come that dynamic allocation may ask for.
   *
   * @param most stands for a number of executors without a limit
   */
  int expected(int most) {
    SparkConf conf = spark.getConf();
    if (spark.isLocal() || !conf.getBoolean(DYNAMIC, false)) {
      return now();
    }
    int executors = conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
    long slots = (long) executors * perExecutor(conf.getInt("spark.executor.cores", 1));
    return executors == Integer.MAX_VALUE
        ? Math.max(now(), most)
        : (int) Math.max(now(), Math.min(slots, Integer.MAX_VALUE));
  }

  private int perExecutor(int cores) {
    return gpus > 0 ? gpus : Math.max(1, cores / taskCpus);
  }

  /**
   * Intra-op threads of a task. On the CPU a task per slot beats threads within fewer tasks: the
   * many small operations of a decoding step gain little from threads, and all tasks of a process
   * share one model. Where there are fewer tasks than local cores, the cores are shared among them.
   *
   * @param asked 0 to decide
   * @param concurrent tasks that run at the same time
   */
  int threads(int asked, int concurrent) {
    if (asked > 0) {
      return asked;
    }
    return spark.isLocal() ? Math.max(taskCpus, spark.defaultParallelism() / concurrent) : taskCpus;
  }

  /** The resources that the stage requests from Spark; absent means those of every stage. */
  Optional<ResourceProfile> profile() {
    return gpus == 0 || spark.getConf().contains(TASK_GPUS)
        ? Optional.empty()
        : Optional.of(
            new ResourceProfileBuilder()
                .require(
                    new TaskResourceRequests().cpus(taskCpus).resource(TaskDevice.GPU_RESOURCE, 1))
                .build());
  }

  /** What a task asks for, such as {@code 1 CPU and 1 GPU}. */
  String asked() {
    String cpus = String.format(Locale.ROOT, taskCpus == 1 ? "%d CPU" : "%d CPUs", taskCpus);
    return gpus > 0 ? cpus + " and 1 GPU" : cpus;
  }

  private static int gpusPerExecutor(SparkContext spark, String device) {
    int gpus = device.equals(TaskDevice.CPU) ? 0 : spark.getConf().getInt(GPU_AMOUNT, 0);
    boolean isAsked = device.equals(TaskDevice.ASSIGNED);
    if (spark.isLocal()) {
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
    if (gpus > 0
        && spark.getConf().getBoolean(DYNAMIC, false)
        && !spark.getConf().contains(TASK_GPUS)) {
      throw new UsageException(
          "Cannot use GPUs with dynamic allocation: executors of other stages would keep them. Set"
              + " %s=1, so that the same executors serve all stages".formatted(TASK_GPUS));
    }
    return gpus;
  }
}
