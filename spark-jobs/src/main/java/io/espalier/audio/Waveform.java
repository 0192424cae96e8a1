package io.espalier.audio;

import java.util.List;

/**
 * Decoded audio.
 *
 * @param samples mono samples at 16 kHz, in [-1, 1)
 * @param sourceSampleRate the rate of the file, in Hz, before resampling
 * @param sourceChannels the number of channels of the file, before mixing down
 * @param warnings what is odd about the samples
 */
@SuppressWarnings("ArrayRecordComponent") // Samples are handed on, never compared.
public record Waveform(
    float[] samples, int sourceSampleRate, int sourceChannels, List<AudioWarning> warnings) {
  /** The rate of {@link #samples()}, in Hz. */
  public static final int SAMPLE_RATE = 16_000;

  /** Copies the warnings. */
  public Waveform {
    warnings = List.copyOf(warnings);
  }

  /** Samples without warnings. */
  public Waveform(float[] samples, int sourceSampleRate, int sourceChannels) {
    this(samples, sourceSampleRate, sourceChannels, List.of());
  }

  /** Length of {@link #samples()} in seconds. */
  public double durationS() {
    return (double) samples.length / SAMPLE_RATE;
  }
}
