package io.espalier.training.encoder;

import io.espalier.features.MelSpectrogramConfig;

/**
 * A room around a recording, on its features: behind each sound a tail that decays by 60 dB in the
 * reverberation time. Powers add up, as those of late reflections do.
 */
final class EncoderRoom {
  /** 60 dB as a natural logarithm of powers. */
  private static final double DECAY = 6 * Math.log(10);

  private final int mels;
  private final double framesPerSecond;

  EncoderRoom(MelSpectrogramConfig frontend) {
    this.mels = frontend.nMels();
    this.framesPerSecond = (double) MelSpectrogramConfig.SAMPLE_RATE / frontend.hopLength();
  }

  /**
   * Adds the tails in place.
   *
   * @param features (frames, mels), row-major, logarithms of powers
   * @param seconds reverberation time
   * @param direct power of the sound itself over that of its tail
   */
  void apply(float[] features, double seconds, double direct) {
    double kept = Math.exp(-DECAY / (seconds * framesPerSecond));
    // So that the whole tail of a sound has one over the ratio of its power.
    double fed = (1 - kept) / (direct * kept);
    int frames = features.length / mels;
    for (int i = 0; i < mels; i++) {
      double tail = 0;
      for (int frame = 0; frame < frames; frame++) {
        int at = frame * mels + i;
        double power = Math.exp(features[at]);
        features[at] = (float) Math.log(power + tail);
        tail = kept * (tail + fed * power);
      }
    }
  }
}
