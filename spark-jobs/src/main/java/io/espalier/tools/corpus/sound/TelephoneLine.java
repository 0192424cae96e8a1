package io.espalier.tools.corpus.sound;

import static io.espalier.audio.Waveform.SAMPLE_RATE;

/** A telephone line: fourth-order band-pass from 300 to 3400 Hz, then 8-bit mu-law samples. */
public final class TelephoneLine {
  private static final double LOW_HZ = 300;
  private static final double HIGH_HZ = 3400;
  private static final double MU = 255;
  private static final int LEVELS = 127;

  /** Quality factors of the two sections of a fourth-order Butterworth filter. */
  private static final double[] BUTTERWORTH = {0.5411961001461969, 1.3065629648763766};

  private TelephoneLine() {}

  /** The samples as they come out of the line. */
  public static float[] transmit(float[] samples) {
    float[] output = samples.clone();
    for (double quality : BUTTERWORTH) {
      filter(output, LOW_HZ, quality, true);
      filter(output, HIGH_HZ, quality, false);
    }
    float peak = Signals.peak(output);
    if (peak > 0) {
      Signals.scale(output, 1 / peak);
    }
    for (int i = 0; i < output.length; i++) {
      output[i] = muLaw(output[i]);
    }
    // The far end's reconstruction filter keeps the rounding noise within the line's band too.
    for (double quality : BUTTERWORTH) {
      filter(output, HIGH_HZ, quality, false);
    }
    return output;
  }

  /** Second-order section by the bilinear transform (Bristow-Johnson's audio EQ cookbook). */
  private static void filter(float[] samples, double hertz, double quality, boolean highPass) {
    double omega = 2 * StrictMath.PI * hertz / SAMPLE_RATE;
    double cosine = StrictMath.cos(omega);
    double alpha = StrictMath.sin(omega) / (2 * quality);
    double b1 = highPass ? -(1 + cosine) : 1 - cosine;
    double b0 = Math.abs(b1) / 2;
    double a0 = 1 + alpha;
    double a1 = -2 * cosine;
    double a2 = 1 - alpha;
    double x1 = 0;
    double x2 = 0;
    double y1 = 0;
    double y2 = 0;
    for (int i = 0; i < samples.length; i++) {
      double x = samples[i];
      double y = (b0 * (x + x2) + b1 * x1 - a1 * y1 - a2 * y2) / a0;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      samples[i] = (float) y;
    }
  }

  /** Companding, rounding and expanding of ITU-T G.711's continuous mu-law. */
  private static float muLaw(float sample) {
    double scale = StrictMath.log1p(MU);
    double companded = StrictMath.log1p(MU * Math.abs(sample)) / scale;
    double rounded = (double) Math.round(companded * LEVELS) / LEVELS;
    return Math.copySign((float) (StrictMath.expm1(rounded * scale) / MU), sample);
  }
}
