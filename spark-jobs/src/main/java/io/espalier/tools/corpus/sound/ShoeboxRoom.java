package io.espalier.tools.corpus.sound;

import static io.espalier.audio.Waveform.SAMPLE_RATE;

import java.util.Random;

/**
 * A room of six walls by the image method (Allen and Berkley, 1979): each reflection is the direct
 * sound of a mirrored speaker, weaker by the way and by each wall that it met.
 *
 * @param sizes in metres: length, width, height
 * @param speaker its place, in metres from a corner
 * @param microphone its place
 * @param reflection share of the pressure that a wall sends back, 0 to 1
 * @param lengthS what is heard of the reverberation after the direct sound, in seconds
 */
@SuppressWarnings("ArrayRecordComponent") // Places are handed on, never compared.
record ShoeboxRoom(
    double[] sizes, double[] speaker, double[] microphone, double reflection, double lengthS) {
  private static final double SOUND_M_PER_S = 343;
  private static final double MIN_DECAY_S = 0.2;
  private static final double MAX_DECAY_S = 0.7;
  private static final double MAX_LENGTH_S = 0.4;
  private static final double WALL_DISTANCE_M = 0.5;
  private static final double[] MIN_SIZES_M = {3, 2.5, 2.4};
  private static final double[] MAX_SIZES_M = {9, 7, 3.5};

  /** Of Eyring's formula, in seconds per metre: 24 ln(10) / c. */
  private static final double EYRING = 0.1611;

  /** A room with a decay of 0.2 to 0.7 s (to -60 dB), speaker and microphone anywhere in it. */
  static ShoeboxRoom random(Random random) {
    double[] sizes = new double[3];
    double[] speaker = new double[3];
    double[] microphone = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      sizes[axis] = Signals.uniform(random, MIN_SIZES_M[axis], MAX_SIZES_M[axis]);
      speaker[axis] = place(random, sizes[axis]);
      microphone[axis] = place(random, sizes[axis]);
    }
    double decayS = Signals.uniform(random, MIN_DECAY_S, MAX_DECAY_S);
    return new ShoeboxRoom(
        sizes, speaker, microphone, reflection(sizes, decayS), Math.min(decayS, MAX_LENGTH_S));
  }

  private static double place(Random random, double size) {
    return Signals.uniform(random, WALL_DISTANCE_M, size - WALL_DISTANCE_M);
  }

  /** What walls reflect in a room of a decay time (Eyring, 1930). */
  static double reflection(double[] sizes, double decayS) {
    double volume = sizes[0] * sizes[1] * sizes[2];
    double walls = 2 * (sizes[0] * sizes[1] + sizes[0] * sizes[2] + sizes[1] * sizes[2]);
    // Energy falls with 1 - absorption at each wall, pressure with its root.
    return StrictMath.exp(-EYRING * volume / (walls * decayS) / 2);
  }

  /** Impulse response whose first sample is the direct sound, with amplitude 1. */
  float[] impulseResponse() {
    double direct = distance(0, 0, 0, 0, 0, 0);
    float[] response = new float[(int) (lengthS * SAMPLE_RATE)];
    double reach = direct + SOUND_M_PER_S * lengthS;
    int[] orders = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      orders[axis] = (int) Math.ceil(reach / (2 * sizes[axis])) + 1;
    }
    for (int x = -orders[0]; x <= orders[0]; x++) {
      for (int y = -orders[1]; y <= orders[1]; y++) {
        for (int z = -orders[2]; z <= orders[2]; z++) {
          for (int mirrored = 0; mirrored < 8; mirrored++) {
            add(response, direct, x, y, z, mirrored & 1, mirrored >> 1 & 1, mirrored >> 2);
          }
        }
      }
    }
    return response;
  }

  private void add(
      float[] response, double direct, int x, int y, int z, int mirrorX, int mirrorY, int mirrorZ) {
    double distance = distance(x, y, z, mirrorX, mirrorY, mirrorZ);
    double delay = (distance - direct) / SOUND_M_PER_S * SAMPLE_RATE;
    int sample = (int) delay;
    if (sample + 1 >= response.length) {
      return;
    }
    int walls =
        Math.abs(x - mirrorX)
            + Math.abs(x)
            + Math.abs(y - mirrorY)
            + Math.abs(y)
            + Math.abs(z - mirrorZ)
            + Math.abs(z);
    double amplitude = StrictMath.pow(reflection, walls) * direct / distance;
    double late = delay - sample;
    response[sample] += (float) (amplitude * (1 - late));
    response[sample + 1] += (float) (amplitude * late);
  }

  private double distance(int x, int y, int z, int mirrorX, int mirrorY, int mirrorZ) {
    double dx = along(0, x, mirrorX);
    double dy = along(1, y, mirrorY);
    double dz = along(2, z, mirrorZ);
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }

  private double along(int axis, int room, int mirror) {
    double image = (1 - 2 * mirror) * speaker[axis] + 2 * room * sizes[axis];
    return image - microphone[axis];
  }
}
