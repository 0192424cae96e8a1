package io.espalier.search.beam;

/** The ESPnet release whose search is followed. They differ in what the prompt counts for. */
public enum SearchRelease {
  /** CTC and end detection leave the prompt out. */
  ESPNET_202611,

  /**
   * 202511 and before: CTC takes the prompt for tokens that were emitted, and end detection for a
   * part of the sentence.
   */
  ESPNET_202511;

  /**
   * How many tokens CTC takes for emitted: the next one cannot come before the frame of that
   * number.
   */
  int emitted(int tokens, int promptLength) {
    return switch (this) {
      case ESPNET_202611 -> tokens - promptLength;
      case ESPNET_202511 -> tokens - 1;
    };
  }

  /**
   * Tokens, prompt and end included, of the longest hypotheses that end detection looks at in a
   * step.
   *
   * @param step from 0
   */
  int longestEnded(int step, int promptLength) {
    return switch (this) {
      case ESPNET_202611 -> step + promptLength - 1;
      case ESPNET_202511 -> step;
    };
  }
}
