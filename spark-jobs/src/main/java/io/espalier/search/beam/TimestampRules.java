package io.espalier.search.beam;

import io.espalier.owsm.TokenTable;
import java.util.Arrays;

/**
 * ESPnet's {@code ScoreFilter}: text lies between a starting and an ending timestamp, time never
 * runs backwards, and a sentence ends only behind an ending one.
 */
public final class TimestampRules {
  /** Distance from the end to {@code <sos>} when only language and task follow it. */
  private static final int START = 3;

  private TimestampRules() {}

  /** What may follow {@code sequence}, prompt included. */
  public static TokenFilter filter(TokenTable tokens, int[] sequence) {
    int forbidding = tokens.find("<notimestamps>").orElse(-1);
    if (Arrays.stream(sequence).anyMatch(id -> id == forbidding)) {
      return TokenFilter.NO_TIMESTAMPS;
    }
    int length = sequence.length;
    if (length >= START && sequence[length - START] == tokens.sos()) {
      return new TokenFilter(false, false, tokens.firstTimestamp());
    }
    int[] stamps = Arrays.stream(sequence).filter(tokens::isTimestamp).toArray();
    if (stamps.length % 2 == 1) {
      return new TokenFilter(true, false, stamps[stamps.length - 1] + 1);
    }
    int last = sequence[length - 1];
    return tokens.isTimestamp(last) ? new TokenFilter(false, true, last) : TokenFilter.NOTHING;
  }
}
