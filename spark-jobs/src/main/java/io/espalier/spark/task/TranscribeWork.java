package io.espalier.spark.task;

import io.espalier.audio.AudioLimits;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;

/**
 * The part of the options that travels to the tasks.
 *
 * @param audioSchemes URI schemes that audio may be read from, in lower case
 * @param audioLimits what one file may cost
 * @param decodeThreads files that one task decodes at once, at least 1
 * @param decodeAheadBytes decoded samples that one task holds ready, in bytes
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param gpuAddress what Spark's GPU address means
 * @param samples what is done with decoded samples
 * @param threads intra-op threads of one task; 0 until the job has decided
 */
public record TranscribeWork(
    List<String> audioSchemes,
    AudioLimits audioLimits,
    int decodeThreads,
    long decodeAheadBytes,
    String device,
    GpuAddress gpuAddress,
    SampleCache.Use samples,
    int threads)
    implements Serializable {
  public TranscribeWork withThreads(int decided) {
    return new TranscribeWork(
        audioSchemes,
        audioLimits,
        decodeThreads,
        decodeAheadBytes,
        device,
        gpuAddress,
        samples,
        decided);
  }

  public TranscribeWork withSamples(SampleCache.Use use) {
    return new TranscribeWork(
        audioSchemes,
        audioLimits,
        decodeThreads,
        decodeAheadBytes,
        device,
        gpuAddress,
        use,
        threads);
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
