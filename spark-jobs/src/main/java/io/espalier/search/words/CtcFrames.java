package io.espalier.search.words;

import java.util.Locale;

/**
 * CTC's log-probabilities of one window.
 *
 * @param values (frames, symbols), row by row
 * @param frames number of real frames
 * @param symbols size of the vocabulary
 * @param blank id of the blank
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers are handed on, never compared.
public record CtcFrames(float[] values, int frames, int symbols, int blank) {
  public CtcFrames {
    if ((long) frames * symbols > values.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Invalid log-probabilities: %d numbers for %d frames of %d symbols",
              values.length,
              frames,
              symbols));
    }
  }

  /** Log-probability of a symbol at a frame. */
  double at(int frame, int symbol) {
    return values[frame * symbols + symbol];
  }
}
