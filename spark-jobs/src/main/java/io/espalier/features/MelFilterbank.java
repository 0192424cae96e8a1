package io.espalier.features;

/**
 * Filterbanks of triangles on three mel scales, (bins, mels) row by row, computed in double and
 * stored in float.
 */
final class MelFilterbank {
  private static final double LINEAR_HZ_PER_MEL = 200.0 / 3;
  private static final double LOG_FROM_HZ = 1000;
  private static final double LOG_FROM_MEL = LOG_FROM_HZ / LINEAR_HZ_PER_MEL;
  private static final double LOG_STEP = Math.log(6.4) / 27;

  private MelFilterbank() {}

  /**
   * Triangles that are linear in frequency, with corners equally spaced on Slaney's mel scale and
   * areas normalised, as librosa makes them.
   */
  static float[] slaney(LogMelSettings settings) {
    double low = slaneyMel(settings.fMin());
    double high = slaneyMel(settings.fMax());
    double[] corners = new double[settings.nMels() + 2];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = slaneyHz(low + (high - low) * i / (settings.nMels() + 1));
    }
    return linear(corners, settings.sampleRate(), settings.nFft(), true);
  }

  /**
   * Triangles that are linear in frequency, with corners equally spaced on the HTK mel scale,
   * without area normalisation.
   */
  static float[] htk(MelSpectrogramConfig config) {
    double low = htkMel(config.fMin());
    double high = htkMel(config.fMax());
    double[] corners = new double[config.nMels() + 2];
    for (int i = 0; i < corners.length; i++) {
      double mel = low + (high - low) * i / (config.nMels() + 1);
      corners[i] = 700 * (Math.pow(10, mel / 2595) - 1);
    }
    return linear(corners, MelSpectrogramConfig.SAMPLE_RATE, config.nFft(), false);
  }

  private static float[] linear(double[] corners, int sampleRate, int nFft, boolean areas) {
    int bins = nFft / 2 + 1;
    int mels = corners.length - 2;
    float[] filters = new float[bins * mels];
    for (int k = 0; k < bins; k++) {
      double hz = (double) k * sampleRate / nFft;
      for (int i = 0; i < mels; i++) {
        double height = areas ? 2 / (corners[i + 2] - corners[i]) : 1;
        double value = triangle(hz, corners[i], corners[i + 1], corners[i + 2]) * height;
        filters[k * mels + i] = (float) value;
      }
    }
    return filters;
  }

  /**
   * Triangles that are linear on Kaldi's mel scale. The bin at half the sample rate has no weight.
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
        filters[k * mels + i] = (float) triangle(mel, left, left + step, left + 2 * step);
      }
    }
    return filters;
  }

  private static double triangle(double x, double left, double center, double right) {
    double rising = (x - left) / (center - left);
    double falling = (right - x) / (right - center);
    return Math.max(0, Math.min(rising, falling));
  }

  private static double slaneyMel(double hz) {
    return hz < LOG_FROM_HZ
        ? hz / LINEAR_HZ_PER_MEL
        : LOG_FROM_MEL + Math.log(hz / LOG_FROM_HZ) / LOG_STEP;
  }

  private static double slaneyHz(double mel) {
    return mel < LOG_FROM_MEL
        ? mel * LINEAR_HZ_PER_MEL
        : LOG_FROM_HZ * Math.exp(LOG_STEP * (mel - LOG_FROM_MEL));
  }

  private static double htkMel(double hz) {
    return 2595 * Math.log10(1 + hz / 700);
  }

  private static double kaldiMel(double hz) {
    return 1127 * Math.log(1 + hz / 700);
  }
}
