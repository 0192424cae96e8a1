package io.espalier.features;

/** The constants of the front end, computed in double and stored in float as librosa does. */
final class MelFilterbank {
  private static final double LINEAR_HZ_PER_MEL = 200.0 / 3;
  private static final double LOG_FROM_HZ = 1000;
  private static final double LOG_FROM_MEL = LOG_FROM_HZ / LINEAR_HZ_PER_MEL;
  private static final double LOG_STEP = Math.log(6.4) / 27;

  private MelFilterbank() {}

  /** The periodic Hann window. */
  static float[] hann(int length) {
    float[] window = new float[length];
    for (int n = 0; n < length; n++) {
      window[n] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * n / length));
    }
    return window;
  }

  /** Slaney's mel filterbank with area normalisation, (bins, mels) row by row. */
  static float[] slaney(LogMel.Settings settings) {
    int bins = settings.nFft() / 2 + 1;
    int mels = settings.nMels();
    double low = toMel(settings.fMin());
    double high = toMel(settings.fMax());
    double[] corners = new double[mels + 2];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = toHz(low + (high - low) * i / (mels + 1));
    }
    float[] filters = new float[bins * mels];
    for (int k = 0; k < bins; k++) {
      double frequency = (double) k * settings.sampleRate() / settings.nFft();
      for (int i = 0; i < mels; i++) {
        double rising = (frequency - corners[i]) / (corners[i + 1] - corners[i]);
        double falling = (corners[i + 2] - frequency) / (corners[i + 2] - corners[i + 1]);
        double area = 2 / (corners[i + 2] - corners[i]);
        filters[k * mels + i] = (float) (Math.max(0, Math.min(rising, falling)) * area);
      }
    }
    return filters;
  }

  private static double toMel(double hz) {
    return hz < LOG_FROM_HZ
        ? hz / LINEAR_HZ_PER_MEL
        : LOG_FROM_MEL + Math.log(hz / LOG_FROM_HZ) / LOG_STEP;
  }

  private static double toHz(double mel) {
    return mel < LOG_FROM_MEL
        ? mel * LINEAR_HZ_PER_MEL
        : LOG_FROM_HZ * Math.exp(LOG_STEP * (mel - LOG_FROM_MEL));
  }
}
