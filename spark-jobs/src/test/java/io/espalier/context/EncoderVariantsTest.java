package io.espalier.context;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.features.MelSpectrogramConfig;
import io.espalier.nn.Kernels;
import io.espalier.nn.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes that the reference sets do not have: a vector never depends on its neighbours. */
class EncoderVariantsTest {
  private static final int[] LENGTHS = {2900, 20_000, 9_001, 20_000, 4_321};

  static List<SpeakerConfig> speakers() {
    MelSpectrogramConfig usual =
        new MelSpectrogramConfig(true, 512, 400, 160, 20, 20, 7600, true, true);
    MelSpectrogramConfig other =
        new MelSpectrogramConfig(false, 256, 200, 80, 13, 0, 8000, false, false);
    return List.of(
        new SpeakerConfig(usual, 24, 2, 20, 16, 8),
        new SpeakerConfig(usual, 26, 4, 20, 16, 8),
        new SpeakerConfig(other, 32, 8, 16, 8, 5));
  }

  static List<EventConfig> events() {
    return List.of(
        event(24, false, true, 128, true, true),
        event(32, true, false, 31, true, false),
        event(24, false, false, 7, false, false),
        event(32, true, true, 16, true, true));
  }

  private static EventConfig event(
      int embed, boolean normFirst, boolean deep, int kernel, boolean relative, boolean gated) {
    return new EventConfig(
        16, embed, !deep, 2, 32, 64, 4, normFirst, deep, kernel, 8, relative, 32, 40, gated, -1);
  }

  @ParameterizedTest
  @MethodSource("speakers")
  void aSpeakersVectorIsItsOwn(SpeakerConfig config) {
    try (NDManager manager = manager()) {
      Kernels kernels = Kernels.load(manager);
      Weights weights = random(manager, SpeakerParameters.expected(config));
      check(new EcapaEncoder(config, kernels, weights));
    }
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventsVectorIsItsOwn(EventConfig config) {
    try (NDManager manager = manager()) {
      Kernels kernels = Kernels.load(manager);
      Weights weights = random(manager, EventParameters.expected(config));
      check(new BeatsEncoder(config, kernels, weights));
    }
  }

  private static NDManager manager() {
    NDManager manager = NDManager.newBaseManager();
    JniUtils.setGradMode(false);
    JniUtils.setNumThreads(1);
    return manager;
  }

  private static void check(ContextEncoder encoder) {
    List<float[]> recordings = new ArrayList<>();
    Random random = new Random(1);
    for (int length : LENGTHS) {
      recordings.add(noise(random, length));
    }
    List<ContextEncoder.Embedding> together = encoder.encode(recordings);
    for (int i = 0; i < recordings.size(); i++) {
      float[] alone = encoder.encode(List.of(recordings.get(i))).get(0).vector();
      assertThat(alone).hasSize(encoder.size());
      Vectors.assertClose(together.get(i).vector(), alone);
    }
    assertThat(together.get(1).vector()).isNotEqualTo(together.get(3).vector());
  }

  private static float[] noise(Random random, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.1 * random.nextGaussian());
    }
    return samples;
  }

  private static Weights random(NDManager manager, Map<String, Shape> shapes) {
    Random random = new Random(7);
    Map<String, NDArray> arrays = new HashMap<>();
    shapes.forEach(
        (name, shape) -> {
          float[] values = new float[(int) shape.size()];
          boolean positive = name.endsWith("running_var") || name.startsWith("frontend.");
          for (int i = 0; i < values.length; i++) {
            float value = (float) (0.3 * random.nextGaussian());
            values[i] = positive ? 0.5f + Math.abs(value) : value;
          }
          arrays.put(name, manager.create(values, shape));
        });
    return new Weights(manager, arrays);
  }
}
