package io.espalier.features;

import java.io.Serializable;

/**
 * How a speaker encoder's features are computed: ESPnet's {@code MelSpectrogramTorch}.
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
public record MelSpectrogramConfig(
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
  /** Samples per second. */
  public static final int SAMPLE_RATE = 16_000;

  private static final long serialVersionUID = 1L;

  /** Feature frames of that many samples. */
  public int frames(int samples) {
    return samples / hopLength + 1;
  }

  /** The same features with their mean left in. */
  MelSpectrogramConfig withMean() {
    return new MelSpectrogramConfig(
        preemphasis, nFft, winLength, hopLength, nMels, fMin, fMax, log, false);
  }
}
