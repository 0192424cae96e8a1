package io.espalier.audio;

import io.espalier.outcome.ErrorCode;
import java.io.Serializable;
import java.util.Locale;

/**
 * The limits of one audio file. A file beyond a limit fails its row, never the job.
 *
 * @param maxBytes size of the encoded file, in bytes, at least 1 and at most 2,147,483,639 (a Java
 *     array)
 * @param maxDurationS length of the recording in seconds, above 0; checked against the declared
 *     length before decoding and against the decoded samples while decoding
 * @param maxChannels number of channels, 1 to 63
 * @param minSampleRate lowest sample rate of the file, in Hz, at least 1
 * @param maxSampleRate highest sample rate of the file, in Hz, at least {@code minSampleRate}
 * @param timeoutMs wall time that the decoding of one file may take, in milliseconds, at least 1
 *     and at most a day
 */
public record AudioLimits(
    long maxBytes,
    double maxDurationS,
    int maxChannels,
    int minSampleRate,
    int maxSampleRate,
    long timeoutMs)
    implements Serializable {
  /** 512 MiB. */
  public static final long DEFAULT_MAX_BYTES = 512L << 20;

  /** Six hours: 1.4 GB as samples. */
  public static final double DEFAULT_MAX_DURATION_S = 6 * 3600.0;

  /** The channels of 7.1 surround sound. */
  public static final int DEFAULT_MAX_CHANNELS = 8;

  /** Below this there is no intelligible speech. */
  public static final int DEFAULT_MIN_SAMPLE_RATE = 4_000;

  /** The highest rate of studio recordings of speech. */
  public static final int DEFAULT_MAX_SAMPLE_RATE = 96_000;

  /** Five minutes: several times the decoding time of six hours on a busy core. */
  public static final long DEFAULT_TIMEOUT_MS = 300_000;

  /** Largest array that every JVM can allocate. */
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8L;

  private static final long LONGEST_TIMEOUT_MS = 86_400_000;

  /** More channels than a 64-bit speaker mask can name are never sound. */
  private static final int LARGEST_CHANNELS = 63;

  /**
   * Checks every limit.
   *
   * @throws IllegalArgumentException naming the limit, its value and its range
   */
  public AudioLimits {
    check(maxBytes >= 1 && maxBytes <= LARGEST_ARRAY, "maxBytes", maxBytes, "1 to 2147483639");
    check(
        maxDurationS > 0 && maxDurationS * Waveform.SAMPLE_RATE <= LARGEST_ARRAY,
        "maxDurationS",
        maxDurationS,
        "above 0 and at most 134217");
    check(maxChannels >= 1 && maxChannels <= LARGEST_CHANNELS, "maxChannels", maxChannels, "1-63");
    check(minSampleRate >= 1, "minSampleRate", minSampleRate, "at least 1");
    check(
        maxSampleRate >= minSampleRate,
        "maxSampleRate",
        maxSampleRate,
        "at least minSampleRate, which is " + minSampleRate);
    check(
        timeoutMs >= 1 && timeoutMs <= LONGEST_TIMEOUT_MS,
        "timeoutMs",
        timeoutMs,
        "1 to 86400000 (a day)");
  }

  /** The limits of a job that sets none. */
  public static AudioLimits defaults() {
    return new AudioLimits(
        DEFAULT_MAX_BYTES,
        DEFAULT_MAX_DURATION_S,
        DEFAULT_MAX_CHANNELS,
        DEFAULT_MIN_SAMPLE_RATE,
        DEFAULT_MAX_SAMPLE_RATE,
        DEFAULT_TIMEOUT_MS);
  }

  /**
   * Refuses a file by its size, before anything looks into it.
   *
   * @param bytes size of the file
   * @throws AudioException {@link ErrorCode#AUDIO_EMPTY}, {@link ErrorCode#AUDIO_TOO_LARGE}
   */
  public void checkBytes(long bytes) throws AudioException {
    if (bytes == 0) {
      throw new AudioException(
          ErrorCode.AUDIO_EMPTY, "Cannot read audio: it has 0 bytes. Write the file again");
    }
    if (bytes > maxBytes) {
      throw new AudioException(
          ErrorCode.AUDIO_TOO_LARGE,
          String.format(
              Locale.ROOT,
              "Cannot read audio: it has %d bytes, limit is %d. Split it or raise the limit",
              bytes,
              maxBytes));
    }
  }

  /** Refuses a stream by its rate or channel count. */
  public void checkStream(int sampleRate, int channels) throws AudioException {
    if (sampleRate < minSampleRate || sampleRate > maxSampleRate) {
      throw new AudioException(
          ErrorCode.AUDIO_SAMPLE_RATE_REFUSED,
          String.format(
              Locale.ROOT,
              "Cannot read audio: it is %d Hz x %d channels, limits are %d to %d Hz. Resample it",
              sampleRate,
              channels,
              minSampleRate,
              maxSampleRate));
    }
    if (channels > maxChannels) {
      throw new AudioException(
          ErrorCode.AUDIO_TOO_MANY_CHANNELS,
          String.format(
              Locale.ROOT,
              "Cannot read audio: it is %d Hz x %d channels, limit is %d channels. Mix it down",
              sampleRate,
              channels,
              maxChannels));
    }
  }

  /** Refuses a recording by its length. */
  public void checkDuration(double durationS) throws AudioException {
    if (durationS > maxDurationS) {
      throw new AudioException(
          ErrorCode.AUDIO_TOO_LONG,
          "Cannot read audio: it lasts %s s or more, limit is %s s. Split it or raise the limit"
              .formatted(
                  Seconds.text(durationS, maxDurationS), Seconds.text(maxDurationS, durationS)));
    }
  }

  private static void check(boolean holds, String name, Number value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid audio limit: %s is %s, must be %s".formatted(name, value, range));
    }
  }
}
