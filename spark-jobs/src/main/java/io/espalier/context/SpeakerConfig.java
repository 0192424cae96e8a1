package io.espalier.context;

import java.io.Serializable;

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
    Frontend frontend, int width, int scale, int outputSize, int attentionSize, int embeddingSize) {
  /** Hidden channels of squeeze-excitation: fixed in ESPnet. */
  public static final int GATE_SIZE = 128;

  /** Samples per second. */
  public static final int SAMPLE_RATE = 16_000;

  /**
   * How features are computed: ESPnet's {@code MelSpectrogramTorch}.
   *
   * @param preemphasis whether {@code x[n] - 0.97 x[n-1]} comes first
   * @param nFft points of the Fourier transform
   * @param winLength samples under the window, centred in {@code nFft}
   * @param hopLength samples between frames
   * @param nMels filters
   * @param fMin lowest frequency of the filterbank in Hz
   * @param fMax highest
   * @param log whether features are logarithms
   * @param subtractMean whether each bin's mean over time is subtracted
   */
  public record Frontend(
      boolean preemphasis,
      int nFft,
      int winLength,
      int hopLength,
      int nMels,
      double fMin,
      double fMax,
      boolean log,
      boolean subtractMean)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Feature frames of that many samples. */
    public int frames(int samples) {
      return samples / hopLength + 1;
    }
  }

  /** Channels of one part of a block. */
  public int partWidth() {
    return width / scale;
  }
}
