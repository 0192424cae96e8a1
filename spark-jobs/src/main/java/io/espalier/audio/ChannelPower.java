package io.espalier.audio;

import java.util.List;

/**
 * Compares the power of the channels with that of their mean. Channels that have nothing to do with
 * each other leave the mean the power of one, divided by their number; a microphone wired with the
 * wrong polarity leaves next to nothing.
 */
public final class ChannelPower {
  /** The mean has less than a tenth (10 dB less) of the power that unrelated channels leave. */
  private static final double LEAST_SHARE = 0.1;

  /** Mean power of a channel below which there is only noise: -60 dB of full scale. */
  private static final double QUIET = 1e-6;

  private double channelPower;
  private double meanPower;
  private long count;

  /**
   * Adds samples, full scale being 1.
   *
   * @param sumsSquared the squares of the channels' sums, added up
   * @param squares the squares of all samples, added up
   * @param moments how many samples each channel has
   */
  public void add(double sumsSquared, double squares, long moments, int channels) {
    channelPower += squares / channels;
    meanPower += sumsSquared / channels;
    count += moments;
  }

  /** {@link AudioWarning#AUDIO_CHANNELS_CANCEL} or nothing. */
  public List<AudioWarning> warnings() {
    boolean sound = count > 0 && channelPower / count > QUIET;
    return sound && meanPower < LEAST_SHARE * channelPower
        ? List.of(AudioWarning.AUDIO_CHANNELS_CANCEL)
        : List.of();
  }
}
