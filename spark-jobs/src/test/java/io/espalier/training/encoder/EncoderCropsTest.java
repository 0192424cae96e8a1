package io.espalier.training.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.features.MelSpectrogramConfig;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Pieces of a recording whose values say which frame and filter they are of. */
class EncoderCropsTest {
  private static final int MELS = 10;
  private static final int FRAMES = 80;
  private static final int CROP = 30;
  private static final EncoderRecipe.Augment OFF =
      new EncoderRecipe.Augment(List.of(), 0, List.of(0.2, 0.8), 0, 0, 0, List.of(5.0, 25.0), 0, 0);
  private static final EncoderRecipe.Augment ALL =
      new EncoderRecipe.Augment(
          List.of(0.9, 1.1), 1, List.of(0.2, 0.8), 0.7, 1, 1, List.of(5.0, 25.0), 4, 10);

  @Test
  void withEverythingOffACropIsAPieceOfTheRecording() {
    float[] crop = draw(crops(OFF, false), 0, 7);
    int start = Math.round(crop[0] * FRAMES);
    assertThat(start).isBetween(0, FRAMES - CROP);
    for (int mel = 0; mel < MELS; mel++) {
      for (int frame = 0; frame < CROP; frame++) {
        assertThat(crop[mel * CROP + frame]).isEqualTo(value(start + frame, mel));
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameCrop() {
    for (int version = 0; version < crops(ALL, true).versions(); version++) {
      float[] crop = draw(crops(ALL, true), version, 7);
      assertThat(draw(crops(ALL, true), version, 7)).isEqualTo(crop);
      assertThat(draw(crops(ALL, true), version, 8)).isNotEqualTo(crop);
    }
  }

  @Test
  void eachKindOfVariationChangesACrop() {
    EncoderRecipe.Augment room =
        new EncoderRecipe.Augment(
            List.of(), 1, List.of(0.2, 0.8), 0, 0, 0, List.of(5.0, 25.0), 0, 0);
    EncoderRecipe.Augment speed =
        new EncoderRecipe.Augment(
            List.of(1.1), 0, List.of(0.2, 0.8), 0, 0, 0, List.of(5.0, 25.0), 0, 0);
    float[] plain = draw(crops(OFF, true), 0, 7);
    assertThat(draw(crops(room, true), 0, 7)).isNotEqualTo(plain);
    assertThat(draw(crops(speed, true), 1, 7)).isNotEqualTo(plain);
    assertThat(draw(crops(speed, true), 0, 7)).isEqualTo(plain);
  }

  @Test
  void wholeRecordingsAreNotVaried() {
    float[] whole = crops(ALL, false).whole(recording());
    for (int mel = 0; mel < MELS; mel++) {
      for (int frame = 0; frame < FRAMES; frame++) {
        assertThat(whole[mel * FRAMES + frame]).isEqualTo(value(frame, mel));
      }
    }
  }

  @Test
  void theMeanOfEachFilterIsSubtractedWhereTheFrontEndDoes() {
    float[] crop = draw(crops(OFF, true), 0, 7);
    for (int mel = 0; mel < MELS; mel++) {
      double mean = 0;
      for (int frame = 0; frame < CROP; frame++) {
        mean += crop[mel * CROP + frame] / CROP;
      }
      assertThat(mean).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void theRecordingIsLeftAlone() {
    float[] recording = recording();
    float[] to = new float[MELS * CROP];
    crops(ALL, true).draw(recording, 0, CROP, new SplittableRandom(7), to, 0);
    assertThat(recording).isEqualTo(recording());
  }

  private static EncoderCrops crops(EncoderRecipe.Augment augment, boolean subtractMean) {
    return new EncoderCrops(
        augment,
        new MelSpectrogramConfig(false, 512, 400, 320, MELS, 20, 7600, true, subtractMean));
  }

  private static float[] draw(EncoderCrops crops, int version, long seed) {
    float[] to = new float[MELS * CROP];
    crops.draw(recording(), version, CROP, new SplittableRandom(seed), to, 0);
    return to;
  }

  private static float[] recording() {
    float[] features = new float[FRAMES * MELS];
    for (int i = 0; i < features.length; i++) {
      features[i] = value(i / MELS, i % MELS);
    }
    return features;
  }

  private static float value(int frame, int mel) {
    return (float) frame / FRAMES + mel;
  }
}
