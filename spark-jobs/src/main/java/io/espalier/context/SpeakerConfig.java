package io.espalier.context;

import io.espalier.features.MelSpectrogramConfig;

/**
 * The shape of an ECAPA-TDNN speaker encoder.
 *
 * @param width channels of the blocks, {@code ndim}
 * @param scale parts that a block's channels are split into, {@code model_scale}, at least 2
 * @param outputSize channels that are pooled
 * @param attentionSize hidden channels of the pooling's attention
 * @param embeddingSize numbers of an embedding
 */
public record SpeakerConfig(
    MelSpectrogramConfig frontend,
    int width,
    int scale,
    int outputSize,
    int attentionSize,
    int embeddingSize) {
  /** Hidden channels of squeeze-excitation: fixed in ESPnet. */
  static final int GATE_SIZE = 128;

  /** Channels of one part of a block. */
  public int partWidth() {
    return width / scale;
  }
}
