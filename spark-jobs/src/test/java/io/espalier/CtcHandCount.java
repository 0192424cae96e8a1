package io.espalier;

import io.espalier.owsm.OwsmConfig;

/**
 * FLOPs of an OWSM-CTC for one whole window and a prompt of one token, added up from the shapes
 * alone.
 */
public record CtcHandCount(long subsampling, long encoder, long ctc) {
  /**
   * Adds up.
   *
   * @param watched tokens whose probabilities are looked at besides the best one's
   */
  public static CtcHandCount of(OwsmConfig config, int watched) {
    OwsmConfig.Encoder e = config.encoder();
    OwsmConfig.CtcOnly c = config.ctcOnly().orElseThrow();
    long d = e.size();
    long frames = config.windowSamples() / config.frontend().hopLength() + 1L;
    long bins = config.frontend().nMels();
    long subsampling = 0;
    long channels = 1;
    for (int i = 0; i < e.inputLayer().convolutions(); i++) {
      frames = (frames - 1) / 2;
      bins = (bins - 1) / 2;
      subsampling += 18 * frames * bins * d * channels;
      channels = d;
    }
    subsampling += 2 * frames * d * bins * d;
    long t = frames + 2;
    long units = e.cgmlpLinearUnits();
    long block =
        8 * t * d * e.linearUnits()
            + 8 * t * d * d
            + 4 * t * t * d
            + 2 * t * d * units
            + t * units * d
            + t * units * e.cgmlpConvKernel()
            + 4 * t * d * e.mergeConvKernel()
            + 4 * t * d * d;
    long cross = 4 * d * d + 4 * t * d * d + 4 * t * d;
    long p = c.promptSize();
    long prompt = c.promptBlocks() * (8 * p * p + 4 * p + 4 * p * c.promptLinearUnits());
    // Language, task and the prompt's token.
    long projections = p == d ? 0 : 3 * 2 * p * d;
    long v = config.vocabularySize();
    return new CtcHandCount(
        subsampling,
        e.numBlocks() * block + c.crossAttention().size() * cross + prompt + projections,
        c.conditioned().size() * 4L * t * d * v + 2 * t * d * (v + watched));
  }
}
