package io.espalier.training.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.features.MelSpectrogramConfig;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** One loud frame in a room of 0.2 s, at 50 frames a second. */
class EncoderRoomTest {
  private static final MelSpectrogramConfig FRONTEND =
      new MelSpectrogramConfig(false, 512, 400, 320, 2, 20, 7600, true, false);
  private static final int LOUD = 5;
  private static final int FRAMES = 60;

  @Test
  void aSoundDecaysBy60DecibelsInTheReverberationTime() {
    float[] features = room(0.2, 4);
    int first = LOUD + 1;
    double decibels = 10 / Math.log(10) * (at(features, first) - at(features, first + 10));
    assertThat(decibels).isCloseTo(60, within(0.1));
  }

  @Test
  void theTailHasItsShareOfThePower() {
    float[] features = room(0.2, 4);
    double tail = 0;
    for (int frame = LOUD + 1; frame < FRAMES; frame++) {
      tail += Math.exp(at(features, frame));
    }
    assertThat(Math.exp(at(features, LOUD)) / tail).isCloseTo(4, within(1e-3));
  }

  @Test
  void whatCameBeforeAndOtherFiltersStayAsTheyAre() {
    float[] features = room(0.2, 4);
    for (int frame = 0; frame < FRAMES; frame++) {
      assertThat(features[2 * frame + 1]).isCloseTo(-60f, within(1f));
    }
    assertThat(at(features, LOUD - 1)).isCloseTo(-60, within(1.0));
    assertThat(at(features, LOUD)).isCloseTo(2, within(1e-3));
  }

  private static float[] room(double seconds, double direct) {
    float[] features = new float[2 * FRAMES];
    Arrays.fill(features, -60);
    features[2 * LOUD] = 2;
    new EncoderRoom(FRONTEND).apply(features, seconds, direct);
    return features;
  }

  private static double at(float[] features, int frame) {
    return features[2 * frame];
  }
}
