package io.espalier.search.beam;

/**
 * What may come next behind one hypothesis.
 *
 * @param textAllowed tokens that are neither timestamps nor the end of sentence
 * @param eosAllowed the end of sentence
 * @param minTimestampId timestamps from this id on
 */
public record TokenFilter(boolean textAllowed, boolean eosAllowed, int minTimestampId) {
  private static final int NEVER = Integer.MAX_VALUE;

  /** Anything but timestamps. */
  static final TokenFilter NO_TIMESTAMPS = new TokenFilter(true, true, NEVER);

  /** Nothing: the sequence breaks the rules already. */
  static final TokenFilter NOTHING = new TokenFilter(false, false, NEVER);
}
