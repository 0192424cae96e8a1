package io.espalier.features;

import io.espalier.context.SpeakerConfig;

/** Filterbanks of triangles, computed in double and stored in float. */
final class MelFilters {
  private MelFilters() {}

  /**
   * Triangles that are linear in frequency, with corners equally spaced on the HTK mel scale,
   * without area normalisation: (bins, mels) row by row.
   */
  static float[] htk(SpeakerConfig.Frontend config) {
    int bins = config.nFft() / 2 + 1;
    int mels = config.nMels();
    double low = htkMel(config.fMin());
    double high = htkMel(config.fMax());
    double[] corners = new double[mels + 2];
    for (int i = 0; i < corners.length; i++) {
      double mel = low + (high - low) * i / (mels + 1);
      corners[i] = 700 * (Math.pow(10, mel / 2595) - 1);
    }
    float[] filters = new float[bins * mels];
    for (int k = 0; k < bins; k++) {
      double hz = (double) k * SpeakerConfig.SAMPLE_RATE / config.nFft();
      for (int i = 0; i < mels; i++) {
        filters[k * mels + i] = triangle(hz, corners[i], corners[i + 1], corners[i + 2]);
      }
    }
    return filters;
  }

  /**
   * Triangles that are linear on Kaldi's mel scale: (bins, mels) row by row. The bin at half the
   * sample rate has no weight.
   */
  static float[] kaldi(int sampleRate, int nFft, int mels, double lowHz, double highHz) {
    int bins = nFft / 2 + 1;
    double low = kaldiMel(lowHz);
    double step = (kaldiMel(highHz) - low) / (mels + 1);
    float[] filters = new float[bins * mels];
    for (int k = 0; k < bins - 1; k++) {
      double mel = kaldiMel((double) k * sampleRate / nFft);
      for (int i = 0; i < mels; i++) {
        double left = low + i * step;
        filters[k * mels + i] = triangle(mel, left, left + step, left + 2 * step);
      }
    }
    return filters;
  }

  private static float triangle(double x, double left, double center, double right) {
    double rising = (x - left) / (center - left);
    double falling = (right - x) / (right - center);
    return (float) Math.max(0, Math.min(rising, falling));
  }

  private static double htkMel(double hz) {
    return 2595 * Math.log10(1 + hz / 700);
  }

  private static double kaldiMel(double hz) {
    return 1127 * Math.log(1 + hz / 700);
  }
}
