package io.espalier.tools.benchmark;

import ai.djl.pytorch.jni.JniUtils;
import io.espalier.search.Transcriber;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.ModelRegistry;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.transcribe.TranscriberFactory;
import java.nio.file.Path;

/**
 * Transcribers over a random model of this process.
 *
 * @param bpeModel path of a SentencePiece model
 * @param threads with which the model is made
 */
record SharedModelTranscribers(
    ModelSize size, String bpeModel, int threads, int beam, int tokensPerWindow, int batch)
    implements TranscriberFactory {
  @Override
  public String fingerprint() {
    return "random " + this;
  }

  @Override
  public String precision(TaskDevice device) {
    return "float32";
  }

  /** The model, opened if need be. */
  Lease<RandomModel> model() {
    return ModelRegistry.process()
        .acquire("benchmark model", size, () -> new RandomModel(size, Path.of(bpeModel), threads));
  }

  @Override
  public Transcriber open(TaskDevice device) {
    JniUtils.setGradMode(false);
    JniUtils.setNumThreads(device.threads());
    // The benchmark itself holds the model while its job runs.
    try (Lease<RandomModel> lease = model()) {
      return lease.value().transcriber(beam, tokensPerWindow, batch);
    }
  }
}
