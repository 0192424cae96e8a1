package io.espalier.training.encoder;

import io.espalier.features.MelSpectrogramConfig;

/**
 * Plays recordings faster or slower, on their features: time shrinks, and pitch and formants rise
 * by the same factor, so that it is somebody else who speaks. What speed perturbation does to
 * samples (Ko et al., Interspeech 2015), with each speed of a speaker as a speaker of its own as
 * ESPnet-SPK counts them.
 */
final class EncoderSpeed {
  private final int mels;

  /** Where each filter looks, in filters from the lowest. */
  private final double[] sources;

  private final double speed;

  /**
   * @param speed above 1 is faster and higher
   */
  EncoderSpeed(MelSpectrogramConfig frontend, double speed) {
    this.mels = frontend.nMels();
    this.speed = speed;
    this.sources = new double[mels];
    double low = mel(frontend.fMin());
    double step = (mel(frontend.fMax()) - low) / (mels + 1);
    for (int i = 0; i < mels; i++) {
      double hz = 700 * (Math.pow(10, (low + (i + 1) * step) / 2595) - 1);
      sources[i] = Math.max(0, Math.min(mels - 1, (mel(hz / speed) - low) / step - 1));
    }
  }

  private static double mel(double hz) {
    return 2595 * Math.log10(1 + hz / 700);
  }

  /**
   * Changes the speed.
   *
   * @param features (frames, mels), row-major; left alone
   * @return (frames / speed, mels), at least one frame
   */
  float[] apply(float[] features) {
    int there = features.length / mels;
    int frames = Math.max(1, (int) Math.round(there / speed));
    float[] result = new float[frames * mels];
    for (int frame = 0; frame < frames; frame++) {
      double at = Math.min(there - 1, frame * speed);
      int before = (int) at;
      int after = Math.min(there - 1, before + 1);
      for (int i = 0; i < mels; i++) {
        double first = filter(features, before, sources[i]);
        double second = filter(features, after, sources[i]);
        result[frame * mels + i] = (float) (first + (at - before) * (second - first));
      }
    }
    return result;
  }

  private double filter(float[] features, int frame, double at) {
    int below = (int) at;
    int above = Math.min(mels - 1, below + 1);
    double low = features[frame * mels + below];
    return low + (at - below) * (features[frame * mels + above] - low);
  }
}
