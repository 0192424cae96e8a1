package io.espalier.search.beam;

import java.io.Serializable;

/**
 * Everything that changes a hypothesis. The defaults are those of ESPnet's {@code Speech2Text}; the
 * search is that of its newest release.
 *
 * @param beam beam width, at least 1
 * @param ctcWeight weight of the CTC prefix score in [0, 1]; the decoder weighs the rest
 * @param maxLenRatio 0: as many tokens as encoder frames, with end detection; positive: that
 *     fraction of the encoder frames; negative: that number of tokens
 * @param minLenRatio minimum number of tokens; 0: none; positive: that fraction of the encoder
 *     frames; negative: that number of tokens
 * @param penalty added to the score for each generated token
 * @param normalizeLength rank finished hypotheses by score per token
 * @param timestamps predict timestamps in short form too (long form always does)
 * @param conditionOnPrevText long form: the text of a window is the prompt of the next
 * @param endTimeThresholdS long form: a last timestamp later than this may be cut off
 * @param skipLastChunkS long form: a tail shorter than this is not decoded
 * @param search whose scores and stopping rules to follow
 */
public record DecodingOptions(
    int beam,
    double ctcWeight,
    double maxLenRatio,
    double minLenRatio,
    double penalty,
    boolean normalizeLength,
    boolean timestamps,
    boolean conditionOnPrevText,
    double endTimeThresholdS,
    double skipLastChunkS,
    SearchRelease search)
    implements Serializable {

  /** ESPnet's defaults. */
  public static final DecodingOptions DEFAULTS =
      new DecodingOptions(5, 0.0, 0.0, 0.0, 0.0, false, false, false, 29.0, 0.2);

  /** With the newest release's search. */
  public DecodingOptions(
      int beam,
      double ctcWeight,
      double maxLenRatio,
      double minLenRatio,
      double penalty,
      boolean normalizeLength,
      boolean timestamps,
      boolean conditionOnPrevText,
      double endTimeThresholdS,
      double skipLastChunkS) {
    this(
        beam,
        ctcWeight,
        maxLenRatio,
        minLenRatio,
        penalty,
        normalizeLength,
        timestamps,
        conditionOnPrevText,
        endTimeThresholdS,
        skipLastChunkS,
        SearchRelease.ESPNET_202611);
  }

  public DecodingOptions {
    if (beam < 1) {
      throw new IllegalArgumentException("Invalid beam: " + beam + ", must be at least 1");
    }
    if (!(ctcWeight >= 0 && ctcWeight <= 1)) {
      throw new IllegalArgumentException("Invalid CTC weight: " + ctcWeight + ", not in [0, 1]");
    }
    if (timestamps && ctcWeight > 0) {
      throw new IllegalArgumentException(
          "Invalid CTC weight: " + ctcWeight + ", must be 0 when timestamps are asked for");
    }
  }
}
