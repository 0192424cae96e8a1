package io.espalier.training.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.features.MelSpectrogramConfig;
import io.espalier.training.data.FrameSource;
import org.junit.jupiter.api.Test;

/** A tone that is played faster has the features of a higher tone. */
class EncoderSpeedTest {
  private static final MelSpectrogramConfig FRONTEND =
      new MelSpectrogramConfig(false, 512, 400, 320, 40, 20, 7600, true, false);

  @Test
  void pitchRisesWithTheSpeed() {
    for (double speed : new double[] {0.9, 1.1}) {
      float[] moved = new EncoderSpeed(FRONTEND, speed).apply(tone(1000));
      assertThat(loudest(moved)).as("%s", speed).isEqualTo(loudest(tone(1000 * speed)));
    }
  }

  @Test
  void timeShrinks() {
    int frames = tone(500).length / 40;
    assertThat(new EncoderSpeed(FRONTEND, 1.25).apply(tone(500)).length / 40)
        .isEqualTo((int) Math.round(frames / 1.25));
    assertThat(new EncoderSpeed(FRONTEND, 1.25).apply(new float[40])).hasSize(40);
  }

  @Test
  void theOwnSpeedChangesNothing() {
    float[] features = tone(700);
    float[] same = new EncoderSpeed(FRONTEND, 1).apply(features);
    assertThat(same).hasSameSizeAs(features);
    for (int i = 0; i < same.length; i++) {
      assertThat(same[i]).isCloseTo(features[i], within(1e-4f));
    }
  }

  private static float[] tone(double hz) {
    float[] samples = new float[16_000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.3 * Math.sin(2 * Math.PI * hz * i / 16_000));
    }
    try (FrameSource.Extractor frames = new FrameSource.Ecapa(FRONTEND).open()) {
      return frames.extract(samples);
    }
  }

  private static int loudest(float[] features) {
    int frame = features.length / 40 / 2;
    int loudest = 0;
    for (int i = 0; i < 40; i++) {
      loudest = features[frame * 40 + i] > features[frame * 40 + loudest] ? i : loudest;
    }
    return loudest;
  }
}
