package io.espalier.audio;

/**
 * Decoded audio.
 *
 * @param samples mono samples at 16 kHz, in [-1, 1)
 * @param sourceSampleRate the rate of the file, in Hz, before resampling
 * @param sourceChannels the number of channels of the file, before mixing down
 */
@SuppressWarnings("ArrayRecordComponent") // Samples are handed on, never compared.
public record Waveform(float[] samples, int sourceSampleRate, int sourceChannels) {
  /** The rate of {@link #samples()}, in Hz. */
  public static final int SAMPLE_RATE = 16_000;

  /** Length of {@link #samples()} in seconds. */
  public double durationS() {
    return (double) samples.length / SAMPLE_RATE;
  }
}
