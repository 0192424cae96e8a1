package io.espalier.context;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.features.MelSpectrogramConfig;
import io.espalier.nn.Kernels;
import io.espalier.nn.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The account against a count over all weights: each is used once per frame, unless named here. */
class ContextFlopsTest {
  private static final int SAMPLES = 20_000;

  private final SpeakerConfig speaker =
      new SpeakerConfig(
          new MelSpectrogramConfig(true, 512, 400, 160, 20, 20, 7600, true, true),
          24,
          4,
          40,
          16,
          12);
  private final EventConfig event =
      new EventConfig(16, 24, false, 2, 32, 64, 4, false, true, 128, 8, true, 320, 800, true, -1);

  @Test
  void everyConvolutionAndProductOfTheSpeakerEncoderIsCounted() {
    long frames = SAMPLES / 160 + 1;
    long expected = 0;
    for (Map.Entry<String, Shape> entry : SpeakerParameters.expected(speaker).entrySet()) {
      String name = entry.getKey();
      Shape shape = entry.getValue();
      if (!name.endsWith(".weight") || shape.dimension() < 2 || name.startsWith("frontend.")) {
        continue;
      }
      boolean once = name.contains(".se.") || name.equals("projector.fc.weight");
      if (name.equals("pooling.attention.0.weight")) {
        // Two thirds of its inputs are the same for all frames.
        expected += 2 * shape.size() / 3 * (frames + 2);
      } else {
        expected += 2 * shape.size() * (once ? 1 : frames);
      }
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      Weights weights = ones(manager, SpeakerParameters.expected(speaker));
      EcapaEncoder encoder = new EcapaEncoder(speaker, Kernels.load(manager), weights);
      assertThat(encoder.encode(List.of(new float[SAMPLES])).get(0).flops()).isEqualTo(expected);
    }
  }

  @Test
  void everyConvolutionAndProductOfTheEventEncoderIsCounted() {
    long patches = 8L * ((1 + (SAMPLES - 400) / 160) / 16);
    long expected = 2 * 2 * 2 * patches * patches * event.width();
    for (Map.Entry<String, Shape> entry : EventParameters.expected(event).entrySet()) {
      String name = entry.getKey();
      long size = entry.getValue().size();
      if (name.endsWith("grep_linear.weight")) {
        expected += 2 * size * event.heads() * patches;
      } else if (name.endsWith(".weight_v")) {
        // An even kernel gives one frame more, which is dropped.
        expected += 2 * size * (patches + 1);
      } else if (name.endsWith(".weight")
          && entry.getValue().dimension() > 1
          && !name.contains("relative_attention_bias")) {
        expected += 2 * size * patches;
      }
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      Weights weights = ones(manager, EventParameters.expected(event));
      BeatsEncoder encoder = new BeatsEncoder(event, Kernels.load(manager), weights);
      assertThat(encoder.encode(List.of(new float[SAMPLES])).get(0).flops()).isEqualTo(expected);
    }
  }

  @Test
  void aRecordingsCostIsThatOfTheRecordingAlone() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Kernels kernels = Kernels.load(manager);
      List<ContextEncoder> encoders =
          List.of(
              new EcapaEncoder(
                  speaker, kernels, ones(manager, SpeakerParameters.expected(speaker))),
              new BeatsEncoder(event, kernels, ones(manager, EventParameters.expected(event))));
      Random random = new Random(3);
      List<float[]> recordings = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        recordings.add(new float[1000 + random.nextInt(SAMPLES)]);
      }
      for (ContextEncoder encoder : encoders) {
        Map<float[], Long> alone = new HashMap<>();
        recordings.forEach(one -> alone.put(one, encoder.encode(List.of(one)).get(0).flops()));
        assertThat(new HashSet<>(alone.values())).hasSizeGreaterThan(4);
        for (int size : new int[] {2, 5, 12}) {
          Collections.shuffle(recordings, random);
          List<float[]> some = recordings.subList(0, size);
          assertThat(encoder.encode(some).stream().map(ContextEncoder.Embedding::flops).toList())
              .isEqualTo(some.stream().map(alone::get).toList());
        }
      }
    }
  }

  private static Weights ones(NDManager manager, Map<String, Shape> shapes) {
    Map<String, NDArray> arrays = new HashMap<>();
    shapes.forEach((name, shape) -> arrays.put(name, manager.ones(shape)));
    return new Weights(manager, arrays);
  }
}
