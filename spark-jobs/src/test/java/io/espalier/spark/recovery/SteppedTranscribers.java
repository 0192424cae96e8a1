package io.espalier.spark.recovery;

import io.espalier.nn.Watch;
import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.spark.recovery.RecoveryDriver.Steps;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.transcribe.TranscriberFactory;
import java.io.IOException;
import java.util.Iterator;

/** Real transcribers, each of whose outcomes takes the steps of a test. */
record SteppedTranscribers(TranscriberFactory real, Steps steps) implements TranscriberFactory {
  private static final long serialVersionUID = 1L;

  @Override
  public String fingerprint() {
    return real.fingerprint();
  }

  @Override
  public String precision(TaskDevice device) {
    return real.precision(device);
  }

  @Override
  public Transcriber open(TaskDevice device) throws IOException {
    return new Stepped(real.open(device), steps);
  }

  private record Stepped(Transcriber transcriber, Steps steps) implements Transcriber {
    @Override
    public Iterator<Outcome> transcribe(Iterator<Utterance> utterances, Watch watch) {
      Iterator<Outcome> outcomes = transcriber.transcribe(utterances, watch);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return outcomes.hasNext();
        }

        @Override
        public Outcome next() {
          return steps.outcomes(outcomes.next()).get(0);
        }
      };
    }

    @Override
    public void close() {
      transcriber.close();
    }
  }
}
