package io.espalier.audio;

import io.espalier.outcome.ErrorCode;

/** Ensures that the samples of a {@link Waveform} are finite and in [-1, 1). */
public final class Samples {
  private static final float LARGEST = Math.nextDown(1f);

  private Samples() {}

  /**
   * Checks and clips in place. Lossy decoders and resamplers overshoot full scale by a little.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_NOT_FINITE}
   */
  public static float[] finish(float[] samples) throws AudioException {
    for (int i = 0; i < samples.length; i++) {
      float sample = samples[i];
      if (!Float.isFinite(sample)) {
        throw new AudioException(
            ErrorCode.AUDIO_NOT_FINITE,
            "Cannot use audio: the sample at %s s is %s. Write the file again"
                .formatted(Seconds.text((double) i / Waveform.SAMPLE_RATE), sample));
      }
      samples[i] = Math.max(-1f, Math.min(LARGEST, sample));
    }
    return samples;
  }
}
