package io.espalier.tools.corpus.sound;

import java.util.Random;

/** Arithmetic on sample arrays. */
public final class Signals {
  private static final float AUDIBLE = 0.003f;

  private Signals() {}

  /** Root mean square; 0 for no samples. */
  public static double rms(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += (double) sample * sample;
    }
    return samples.length == 0 ? 0 : Math.sqrt(sum / samples.length);
  }

  /** The largest absolute value. */
  public static float peak(float[] samples) {
    float peak = 0;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    return peak;
  }

  /** Multiplies every sample. */
  public static void scale(float[] samples, double gain) {
    for (int i = 0; i < samples.length; i++) {
      samples[i] *= (float) gain;
    }
  }

  /** Adds {@code gain} times the addend, sample by sample. */
  public static void add(float[] samples, float[] addend, double gain) {
    for (int i = 0; i < samples.length; i++) {
      samples[i] += (float) (gain * addend[i]);
    }
  }

  /** Samples in front of the first that can be heard. */
  public static int silenceBefore(float[] samples) {
    int start = 0;
    while (start < samples.length && Math.abs(samples[start]) < AUDIBLE) {
      start++;
    }
    return start;
  }

  /** A copy without the silence at both ends. */
  public static float[] trim(float[] samples) {
    int start = silenceBefore(samples);
    int end = samples.length;
    while (end > start && Math.abs(samples[end - 1]) < AUDIBLE) {
      end--;
    }
    float[] trimmed = new float[end - start];
    System.arraycopy(samples, start, trimmed, 0, trimmed.length);
    return trimmed;
  }

  /** A copy with silence at both ends. */
  public static float[] pad(float[] samples, int before, int after) {
    float[] padded = new float[before + samples.length + after];
    System.arraycopy(samples, 0, padded, before, samples.length);
    return padded;
  }

  /** A random number of a range. */
  public static double uniform(Random random, double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /** 10^(dB/20), the same on every machine. */
  public static double amplitude(double decibels) {
    return StrictMath.pow(10, decibels / 20);
  }
}
