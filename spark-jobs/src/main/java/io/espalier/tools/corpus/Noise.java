package io.espalier.tools.corpus;

import java.util.List;
import java.util.Random;

/** Noises of a given length, at a level of their own. */
final class Noise {
  private static final int TALKERS = 5;

  private Noise() {}

  static float[] white(int length, Random random) {
    float[] noise = new float[length];
    for (int i = 0; i < length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    return noise;
  }

  /** White noise through three one-pole filters (Kellet's), within 0.5 dB of -3 dB per octave. */
  static float[] pink(int length, Random random) {
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
  static float[] babble(int length, List<float[]> talkers, Random random) {
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
}
