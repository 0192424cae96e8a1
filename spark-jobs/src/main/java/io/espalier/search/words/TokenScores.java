package io.espalier.search.words;

import java.util.Locale;
import java.util.Map;

/**
 * CTC's log-probabilities of some tokens over one window.
 *
 * @param values (tokens, frames), token by token
 * @param frames number of real frames
 * @param columns token id to its place in the values
 * @param blank id of the blank, which is one of the tokens
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers are handed on, never compared.
public record TokenScores(float[] values, int frames, Map<Integer, Integer> columns, int blank) {
  public TokenScores {
    columns = Map.copyOf(columns);
    if ((long) frames * columns.size() != values.length || !columns.containsKey(blank)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Invalid log-probabilities: %d numbers for %d frames of %d tokens, blank %d",
              values.length,
              frames,
              columns.size(),
              blank));
    }
  }

  /** Place of a token's log-probability at the first frame. */
  int first(int token) {
    return columns.get(token) * frames;
  }
}
