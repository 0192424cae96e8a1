package io.espalier.spark.task;

import io.espalier.conf.EspalierConf;
import java.io.Serializable;
import org.apache.spark.TaskContext;

/**
 * The options of a stage that its tasks need.
 *
 * @param audio rules for reading audio
 * @param decodeThreads files that one task decodes at the same time, at least 1
 * @param decodeAheadBytes decoded samples that one task holds ready, in bytes
 * @param device {@code auto}, {@code cpu}, {@code gpu}, {@code cuda} or {@code cuda:N}
 * @param gpuAddress meaning of Spark's GPU address
 * @param samples use of the sample cache
 * @param threads intra-op threads of one task; 0 until the job sets it
 */
public record TaskOptions(
    AudioRules audio,
    int decodeThreads,
    long decodeAheadBytes,
    String device,
    GpuAddress gpuAddress,
    SampleUse samples,
    int threads)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MIB = 1 << 20;

  /**
   * Reads the options from a configuration.
   *
   * @param device as the stage's own key has it
   */
  public static TaskOptions of(EspalierConf conf, String device) {
    return new TaskOptions(
        AudioRules.of(conf),
        conf.get(TaskKeys.DECODE_THREADS),
        (long) conf.get(TaskKeys.DECODE_AHEAD_MB) * MIB,
        device,
        conf.get(TaskKeys.GPU_ADDRESS),
        SampleUse.NONE,
        conf.get(TaskKeys.THREADS));
  }

  /** The same options with another number of threads. */
  public TaskOptions withThreads(int decided) {
    return new TaskOptions(
        audio, decodeThreads, decodeAheadBytes, device, gpuAddress, samples, decided);
  }

  /** The same options with another use of decoded samples. */
  public TaskOptions withSamples(SampleUse use) {
    return new TaskOptions(
        audio, decodeThreads, decodeAheadBytes, device, gpuAddress, use, threads);
  }

  /** The device of a task. */
  public TaskDevice deviceOf(TaskContext context) {
    return TaskDevice.of(
        device,
        context.resourcesJMap(),
        gpuAddress,
        System.getenv("CUDA_VISIBLE_DEVICES"),
        threads);
  }
}
