package io.espalier.search;

import io.espalier.search.WindowDecoder.Decoded;
import io.espalier.search.WindowDecoder.Encoded;
import io.espalier.search.beam.CtcRow;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.Hypothesis;
import java.util.List;

/** A window on its way through the decoder, and what is known of it so far. */
final class DecodingTask {
  private static final double MIN_LENGTH_STEP = 0.1;

  private final Encoded encoded;
  private double minLenRatio;
  private int language;
  private double languageProbability = Double.NaN;
  private double silence = Double.NaN;
  private boolean begun;
  private CtcRow ctc;
  private List<Hypothesis> nBest = List.of();
  private double ms;
  private int batchSize;

  DecodingTask(Encoded encoded, DecodingOptions options) {
    this.encoded = encoded;
    this.minLenRatio = options.minLenRatio();
    this.language = encoded.window().language();
  }

  Encoded encoded() {
    return encoded;
  }

  Window window() {
    return encoded.window();
  }

  double minLenRatio() {
    return minLenRatio;
  }

  /** Given or identified; negative as long as it is neither. */
  int language() {
    return language;
  }

  /** Whether it is searched again, and needs no language and no chance of silence any more. */
  boolean isBegun() {
    return begun;
  }

  void begin(int id, double probability, double chanceOfSilence) {
    begun = true;
    language = id;
    languageProbability = probability;
    silence = chanceOfSilence;
  }

  CtcRow ctc() {
    return ctc;
  }

  void ctc(CtcRow scorer) {
    ctc = scorer;
  }

  /** Notes a share of the time that passed while so many windows were decoded together. */
  void spent(double all, int together) {
    ms += all / together;
    batchSize = Math.max(batchSize, together);
  }

  /**
   * Notes what a search found. ESPnet searches again with a lower minimum as long as nothing ends.
   *
   * @return whether it is to be searched again
   */
  boolean found(List<Hypothesis> hypotheses) {
    nBest = hypotheses;
    if (hypotheses.isEmpty() && minLenRatio >= MIN_LENGTH_STEP) {
      minLenRatio -= MIN_LENGTH_STEP;
      return true;
    }
    if (ctc != null) {
      ctc.close();
    }
    return false;
  }

  Decoded decoded() {
    return new Decoded(
        new WindowResult(nBest, language, languageProbability, silence), ms, batchSize);
  }
}
