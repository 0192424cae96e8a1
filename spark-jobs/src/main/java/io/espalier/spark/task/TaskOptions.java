package io.espalier.spark.task;

import io.espalier.conf.EspalierConf;
import java.io.Serializable;
import org.apache.spark.TaskContext;

/**
 * The part of a stage's options that travels to the tasks.
 *
 * @param audio which audio may be read
 * @param decodeThreads files that one task decodes at once, at least 1
 * @param decodeAheadBytes decoded samples that one task holds ready, in bytes
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param gpuAddress what Spark's GPU address means
 * @param samples what is done with decoded samples
 * @param threads intra-op threads of one task; 0 until the job has decided
 */
public record TaskOptions(
    AudioRules audio,
    int decodeThreads,
    long decodeAheadBytes,
    String device,
    GpuAddress gpuAddress,
    SampleCache.Use samples,
    int threads)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MIB = 1 << 20;

  /**
   * Takes the options out of a configuration.
   *
   * @param device as the stage's own key has it
   */
  public static TaskOptions of(EspalierConf conf, String device) {
    return new TaskOptions(
        AudioRules.of(conf),
        conf.get(TaskKeys.DECODE_THREADS),
        (long) conf.get(TaskKeys.DECODE_AHEAD_MB) * MIB,
        TaskDevice.checked(device),
        conf.get(TaskKeys.GPU_ADDRESS),
        SampleCache.Use.NONE,
        conf.get(TaskKeys.THREADS));
  }

  /** The same with the number of threads that the job has decided on. */
  public TaskOptions withThreads(int decided) {
    return new TaskOptions(
        audio, decodeThreads, decodeAheadBytes, device, gpuAddress, samples, decided);
  }

  /** The same with another use of decoded samples. */
  public TaskOptions withSamples(SampleCache.Use use) {
    return new TaskOptions(
        audio, decodeThreads, decodeAheadBytes, device, gpuAddress, use, threads);
  }

  /** Where a task computes. */
  public TaskDevice deviceOf(TaskContext context) {
    return TaskDevice.of(
        device,
        context.resourcesJMap(),
        gpuAddress,
        System.getenv("CUDA_VISIBLE_DEVICES"),
        threads);
  }
}
