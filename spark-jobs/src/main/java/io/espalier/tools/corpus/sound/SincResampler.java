package io.espalier.tools.corpus.sound;

/**
 * Band-limited resampling by a windowed sinc, in Java alone so that a corpus is the same, sample
 * for sample, on every machine.
 */
public final class SincResampler {
  private static final int ZERO_CROSSINGS = 24;
  private static final double ROLL_OFF = 0.95;

  private SincResampler() {}

  /** Samples at another rate, both in Hz. */
  public static float[] resample(float[] input, int fromRate, int toRate) {
    if (fromRate == toRate) {
      return input.clone();
    }
    int divisor = gcd(fromRate, toRate);
    int up = toRate / divisor;
    int down = fromRate / divisor;
    float[][] phases = phases(up, ROLL_OFF * Math.min(1, (double) toRate / fromRate));
    int half = phases[0].length / 2;
    float[] output = new float[(int) ((long) input.length * up / down)];
    for (int n = 0; n < output.length; n++) {
      long position = (long) n * down;
      float[] taps = phases[(int) (position % up)];
      int first = (int) (position / up) - half + 1;
      float sum = 0;
      for (int k = Math.max(0, -first); k < taps.length && first + k < input.length; k++) {
        sum += taps[k] * input[first + k];
      }
      output[n] = sum;
    }
    return output;
  }

  /**
   * Filter taps for each of the fractional positions.
   *
   * @param cutoff in units of the input's Nyquist frequency
   * @return (up, taps), each row with sum 1
   */
  private static float[][] phases(int up, double cutoff) {
    int half = (int) Math.ceil(ZERO_CROSSINGS / cutoff);
    float[][] phases = new float[up][2 * half];
    for (int phase = 0; phase < up; phase++) {
      double[] taps = new double[2 * half];
      double sum = 0;
      for (int k = 0; k < taps.length; k++) {
        double distance = k - half + 1 - (double) phase / up;
        double window = StrictMath.cos(0.5 * StrictMath.PI * distance / half);
        taps[k] = sinc(cutoff * distance) * window * window;
        sum += taps[k];
      }
      for (int k = 0; k < taps.length; k++) {
        phases[phase][k] = (float) (taps[k] / sum);
      }
    }
    return phases;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : StrictMath.sin(StrictMath.PI * x) / (StrictMath.PI * x);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
