package io.espalier.search;

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
   */
  Iterator<Outcome> transcribe(Iterator<Utterance> utterances);

  @Override
  void close();
}
