package io.espalier.search;

import io.espalier.nn.Watch;
import java.util.Iterator;

/**
 * Turns utterances into outcomes, many at once. One instance serves one thread; instances may share
 * a model.
 */
public interface Transcriber extends AutoCloseable {
  /**
   * Transcribes a stream. Utterances are pulled as batches need them, outcomes come in the order in
   * which they are finished, exactly one for each utterance.
   *
   * @param utterances pulled lazily, on the caller's thread
   * @param watch stands by each time that the model computes
   */
  Iterator<Outcome> transcribe(Iterator<Utterance> utterances, Watch watch);

  /** Transcribes a stream while nobody stands by. */
  default Iterator<Outcome> transcribe(Iterator<Utterance> utterances) {
    return transcribe(utterances, Watch.NONE);
  }

  @Override
  void close();
}
