package io.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.features.LogMel;
import io.espalier.features.LogMelSettings;
import io.espalier.nn.Kernels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureExtractorTest {
  private static final LogMelSettings SETTINGS =
      new LogMelSettings(16000, 512, 400, 256, 40, 0, 8000);

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 255, 256, 257, 455, 456, 457, 5000, 12_800})
  void featuresAndSilenceAreWhatAPaddedWindowGives(int samples) {
    float[] wave = new float[samples];
    Random random = new Random(samples);
    for (int i = 0; i < samples; i++) {
      wave[i] = (float) (0.1 * random.nextGaussian());
    }
    float[] window;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      LogMel logMel = new LogMel(manager, Kernels.load(manager), SETTINGS, null, null, null);
      NDArray padded = manager.create(Arrays.copyOf(wave, 16_000), new Shape(1, 16_000));
      window = logMel.forward(manager, padded).toFloatArray();
    }
    float[] expected = new float[window.length];
    Arrays.fill(expected, FeatureExtractor.SILENCE);
    try (FeatureExtractor extractor = new FeatureExtractor(SETTINGS)) {
      float[] features = extractor.extract(wave);
      assertThat(features).hasSize(extractor.frames(samples) * 40);
      System.arraycopy(features, 0, expected, 0, features.length);
    }
    assertThat(window).containsExactly(expected);
  }
}
