package io.espalier.tools.benchmark;

import io.espalier.search.Padding;
import io.espalier.search.Transcriber;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.transcribe.TranscriberFactory;

/** Transcribers over a random model of this process. */
record SharedModelTranscribers(ModelSpec model, int beam, int tokensPerWindow, int batch)
    implements TranscriberFactory {
  @Override
  public String fingerprint() {
    return "random " + this;
  }

  @Override
  public String precision(TaskDevice device) {
    return model.precision();
  }

  @Override
  public Transcriber open(TaskDevice device) {
    device.prepareThread();
    // The benchmark itself holds the model while its job runs.
    try (Lease<RandomModel> lease = model.open()) {
      return lease.value().transcriber(beam, tokensPerWindow, batch, Padding.FULL);
    }
  }
}
