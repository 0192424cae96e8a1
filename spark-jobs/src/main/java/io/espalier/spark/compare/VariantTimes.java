package io.espalier.spark.compare;

/**
 * What one pass over the timed utterances took, for each utterance on average.
 *
 * @param utterances that were transcribed
 * @param encoderMs features, subsampling, gate predictors and encoder, milliseconds
 * @param decoderMs search, milliseconds
 * @param wallMs all that is done between samples and text, milliseconds
 * @param encoderGflops of subsampling, gate predictors and encoder
 */
record VariantTimes(
    int utterances, double encoderMs, double decoderMs, double wallMs, double encoderGflops) {
  /** The shorter time of each kind. */
  VariantTimes best(VariantTimes other) {
    return new VariantTimes(
        utterances,
        Math.min(encoderMs, other.encoderMs),
        Math.min(decoderMs, other.decoderMs),
        Math.min(wallMs, other.wallMs),
        encoderGflops);
  }

  /** Share of the encoder's time that is saved compared with another variant. */
  double encoderTimeSaved(VariantTimes dense) {
    return 1 - encoderMs / dense.encoderMs;
  }

  /** Share of the encoder's FLOPs that is saved compared with another variant. */
  double encoderGflopsSaved(VariantTimes dense) {
    return 1 - encoderGflops / dense.encoderGflops;
  }
}
