package io.espalier.tools.benchmark;

import io.espalier.search.Transcriber;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.transcribe.TranscriberFactory;
import java.io.IOException;

/**
 * Transcribers that report to an {@link Observation} of this process, so for local masters only.
 *
 * @param inner makes the transcribers
 * @param observation its name
 */
record ObservedTranscribers(TranscriberFactory inner, String observation)
    implements TranscriberFactory {
  @Override
  public String fingerprint() {
    return inner.fingerprint();
  }

  @Override
  public String precision(TaskDevice device) {
    return inner.precision(device);
  }

  @Override
  public Transcriber open(TaskDevice device) throws IOException {
    Lease<Observation> lease = Observation.shared(observation);
    return lease.value().observe(inner.open(device), lease);
  }
}
