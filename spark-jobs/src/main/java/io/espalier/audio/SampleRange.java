package io.espalier.audio;

import io.espalier.outcome.ErrorCode;
import java.util.OptionalDouble;

/**
 * A part of a recording, in samples at 16 kHz.
 *
 * @param start first sample, from 0
 * @param stop one past the last sample; {@link Long#MAX_VALUE} means the recording's end
 */
public record SampleRange(long start, long stop) {
  /**
   * Ends in manifests are rounded, so an end slightly beyond the recording is cut to it. Kaldi's
   * extract-segments tolerates the same half second.
   */
  static final double MAX_OVERSHOOT_S = 0.5;

  /**
   * The segment that a manifest row asks for.
   *
   * @throws AudioException {@link ErrorCode#INVALID_ROW} when no recording could hold it
   */
  public static SampleRange of(OptionalDouble startS, OptionalDouble endS) throws AudioException {
    double from = startS.orElse(0);
    double to = endS.orElse(Double.POSITIVE_INFINITY);
    long start = Math.round(from * Waveform.SAMPLE_RATE);
    long stop = Math.round(to * Waveform.SAMPLE_RATE);
    if (!(from >= 0) || !(to > from) || stop <= start) {
      throw new AudioException(
          ErrorCode.INVALID_ROW,
          "Invalid segment: start_s is %s and end_s is %s, must be 0 <= start_s < end_s"
              .formatted(from, endS.isPresent() ? Double.toString(to) : "not given"));
    }
    return new SampleRange(start, stop);
  }

  /**
   * This segment within a recording.
   *
   * @param samples length of the recording, in samples at 16 kHz
   * @throws AudioException {@link ErrorCode#AUDIO_SEGMENT_OUT_OF_RANGE}
   */
  public SampleRange within(long samples) throws AudioException {
    boolean beyond =
        stop != Long.MAX_VALUE
            && stop - samples > Math.round(MAX_OVERSHOOT_S * Waveform.SAMPLE_RATE);
    if (beyond || (start > 0 && start >= samples)) {
      double rate = Waveform.SAMPLE_RATE;
      throw new AudioException(
          ErrorCode.AUDIO_SEGMENT_OUT_OF_RANGE,
          "Invalid segment: start_s is %s and end_s is %s, but the recording lasts %s s"
              .formatted(
                  Seconds.text(start / rate),
                  stop == Long.MAX_VALUE ? "not given" : Seconds.text(stop / rate),
                  Seconds.text(samples / rate)));
    }
    return new SampleRange(start, Math.min(stop, samples));
  }
}
