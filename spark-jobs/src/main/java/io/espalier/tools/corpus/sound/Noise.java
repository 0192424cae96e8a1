package io.espalier.tools.corpus.sound;

import static io.espalier.audio.Waveform.SAMPLE_RATE;

import java.util.List;
import java.util.Random;

/** Noises of a given length, at a level of their own. */
public final class Noise {
  private static final int TALKERS = 5;
  private static final int HARMONICS = 10;
  private static final double MAINS_HZ = 50;
  private static final int CLICK_EVERY = SAMPLE_RATE / 4;
  private static final double LOWEST_NOTE_HZ = 130.81;
  private static final int NOTE_HARMONICS = 6;
  private static final int[][] CHORDS = {{0, 4, 7}, {0, 3, 7}, {0, 5, 9}, {0, 4, 7, 10}};

  private Noise() {}

  public static float[] white(int length, Random random) {
    float[] noise = new float[length];
    for (int i = 0; i < length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    return noise;
  }

  /** White noise through three one-pole filters (Kellet's), within 0.5 dB of -3 dB per octave. */
  public static float[] pink(int length, Random random) {
    float[] noise = white(length, random);
    double low = 0;
    double middle = 0;
    double high = 0;
    for (int i = 0; i < length; i++) {
      double white = noise[i];
      low = 0.99765 * low + 0.0990460 * white;
      middle = 0.96300 * middle + 0.2965164 * white;
      high = 0.57000 * high + 1.0526913 * white;
      noise[i] = (float) (low + middle + high + 0.1848 * white);
    }
    return noise;
  }

  /** Several talkers at once, each repeated from a random place on. */
  public static float[] babble(int length, List<float[]> talkers, Random random) {
    float[] noise = new float[length];
    for (int talker = 0; talker < TALKERS; talker++) {
      float[] speech = talkers.get(random.nextInt(talkers.size()));
      int offset = random.nextInt(speech.length);
      double gain = 1 / Signals.rms(speech);
      for (int i = 0; i < length; i++) {
        noise[i] += (float) (gain * speech[(offset + i) % speech.length]);
      }
    }
    return noise;
  }

  /** Mains hum: 50 Hz and nine harmonics, each weaker than the last. */
  public static float[] hum(int length, Random random) {
    float[] noise = white(length, random);
    Signals.scale(noise, 0.02);
    for (int harmonic = 1; harmonic <= HARMONICS; harmonic++) {
      double phase = 2 * StrictMath.PI * random.nextDouble();
      double step = 2 * StrictMath.PI * MAINS_HZ * harmonic / SAMPLE_RATE;
      for (int i = 0; i < length; i++) {
        noise[i] += (float) (StrictMath.sin(phase + step * i) / harmonic);
      }
    }
    return noise;
  }

  /** Wind: noise below a few hundred hertz that swells and falls. */
  public static float[] wind(int length, Random random) {
    float[] noise = white(length, random);
    double low = 0;
    double lower = 0;
    double swell = Signals.uniform(random, 0.3, 1.2);
    double phase = 2 * StrictMath.PI * random.nextDouble();
    for (int i = 0; i < length; i++) {
      low = 0.95 * low + noise[i];
      lower = 0.95 * lower + low;
      double strength =
          1 + 0.8 * StrictMath.sin(phase + 2 * StrictMath.PI * swell * i / SAMPLE_RATE);
      noise[i] = (float) (strength * lower);
    }
    return noise;
  }

  /** Keys and dishes: short bursts that ring at some frequency, about eight a second. */
  public static float[] clicks(int length, Random random) {
    float[] noise = white(length, random);
    Signals.scale(noise, 0.01);
    int next = random.nextInt(CLICK_EVERY);
    while (next < length) {
      double step = 2 * StrictMath.PI * Signals.uniform(random, 800, 5000) / SAMPLE_RATE;
      double decay = Signals.uniform(random, 0.002, 0.02) * SAMPLE_RATE;
      double loudness = Signals.uniform(random, 0.3, 1);
      int end = (int) Math.min(length, next + 5 * decay);
      for (int i = next; i < end; i++) {
        double since = i - next;
        noise[i] +=
            (float) (loudness * StrictMath.exp(-since / decay) * StrictMath.sin(step * since));
      }
      next += 1 + random.nextInt(CLICK_EVERY);
    }
    return noise;
  }

  /** Music: chords of three notes with harmonics, a new chord every half second or so. */
  public static float[] music(int length, Random random) {
    float[] noise = new float[length];
    int start = 0;
    while (start < length) {
      int end = Math.min(length, start + (int) (SAMPLE_RATE * Signals.uniform(random, 0.3, 0.8)));
      int root = random.nextInt(12);
      for (int interval : CHORDS[random.nextInt(CHORDS.length)]) {
        double hertz = LOWEST_NOTE_HZ * StrictMath.pow(2, (root + interval) / 12.0);
        note(noise, start, end, hertz);
      }
      start = end;
    }
    return noise;
  }

  private static void note(float[] noise, int start, int end, double hertz) {
    for (int harmonic = 1; harmonic <= NOTE_HARMONICS; harmonic++) {
      double step = 2 * StrictMath.PI * hertz * harmonic / SAMPLE_RATE;
      for (int i = start; i < end; i++) {
        double since = (i - start) / (double) SAMPLE_RATE;
        noise[i] +=
            (float) (StrictMath.exp(-3 * since) * StrictMath.sin(step * (i - start)) / harmonic);
      }
    }
  }
}
