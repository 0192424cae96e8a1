package io.espalier.features;

import java.nio.FloatBuffer;

/**
 * Part of a recording, with silence around it.
 *
 * @param recording all its samples
 * @param start of the part; what lies before the recording's first sample is silence
 * @param length samples of the part; what lies behind the recording's last sample is silence
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Stretch(float[] recording, int start, int length) {
  /** A whole recording. */
  public static Stretch of(float[] recording) {
    return new Stretch(recording, 0, recording.length);
  }

  /** Writes up to {@code most} of the samples from {@code place} on, and leaves silence out. */
  void fill(FloatBuffer values, int place, int most) {
    int from = Math.max(0, start);
    int to = Math.min(recording.length, start + Math.min(length, most));
    if (to > from) {
      values.position(place + from - start).put(recording, from, to - from);
    }
  }
}
