package io.espalier.tools.corpus.sound;

import static io.espalier.audio.Waveform.SAMPLE_RATE;

import java.util.Arrays;
import java.util.Random;

/** A room as its impulse response: the direct sound, then noise that decays exponentially. */
public final class Room {
  private static final double MIN_DECAY_S = 0.2;
  private static final double MAX_DECAY_S = 0.6;
  private static final double MIN_DIRECT_DB = 0;
  private static final double MAX_DIRECT_DB = 6;
  private static final double DELAY_S = 0.004;

  /** ln(1000): amplitudes fall by 60 dB in the decay time. */
  private static final double NEPERS_OF_60_DB = 6.907755278982137;

  private Room() {}

  /**
   * Impulse response with a random decay time of 0.2 to 0.6 s (to -60 dB) and a direct sound of 0
   * to 6 dB over the reverberation's energy.
   */
  static float[] impulseResponse(Random random) {
    double decayS = Signals.uniform(random, MIN_DECAY_S, MAX_DECAY_S);
    double directDb = Signals.uniform(random, MIN_DIRECT_DB, MAX_DIRECT_DB);
    float[] response = new float[(int) (decayS * SAMPLE_RATE)];
    for (int i = (int) (DELAY_S * SAMPLE_RATE); i < response.length; i++) {
      double decay = StrictMath.exp(-NEPERS_OF_60_DB * i / (decayS * SAMPLE_RATE));
      response[i] = (float) (decay * random.nextGaussian());
    }
    double energy = Signals.rms(response) * Math.sqrt(response.length);
    Signals.scale(response, 1 / (energy * Signals.amplitude(directDb)));
    response[0] = 1;
    return response;
  }

  /** Convolution, cut to the length of the signal. */
  static float[] convolve(float[] signal, float[] response) {
    float[] output = new float[signal.length];
    for (int k = 0; k < response.length; k++) {
      float tap = response[k];
      for (int i = k; i < output.length; i++) {
        output[i] += tap * signal[i - k];
      }
    }
    return output;
  }

  /** The signal as heard in a random room. */
  public static float[] reverberate(float[] signal, Random random) {
    return heard(signal, impulseResponse(random));
  }

  /** The signal as heard in a random room with four walls, floor and ceiling. */
  public static float[] reflect(float[] signal, Random random) {
    return heard(signal, ShoeboxRoom.random(random).impulseResponse());
  }

  private static float[] heard(float[] signal, float[] response) {
    return convolve(Arrays.copyOf(signal, signal.length + response.length / 2), response);
  }
}
