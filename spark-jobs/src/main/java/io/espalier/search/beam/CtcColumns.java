package io.espalier.search.beam;

/** CTC's log-probabilities of one utterance. */
public interface CtcColumns extends AutoCloseable {
  /**
   * Log-probabilities of some tokens.
   *
   * @return for each token those at all frames
   */
  float[][] of(int... ids);

  @Override
  void close();
}
