package io.espalier.pruning;

import io.espalier.owsm.OwsmConfig;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Shapes of models that are too small to be of use. */
final class SmallModels {
  private SmallModels() {}

  /** A model with so many layers, whose window has 25 encoder frames. */
  static OwsmConfig of(int encoderLayers, int decoderLayers) {
    return new OwsmConfig(
        new OwsmConfig.Frontend(16000, 512, 400, 160, 20, 0, 8000, false),
        new OwsmConfig.Encoder(
            OwsmConfig.InputLayer.CONV2D, 16, 2, 24, 32, 5, 3, false, false, encoderLayers),
        new OwsmConfig.Decoder(2, 40, decoderLayers),
        List.of("<blank>", "<unk>", "a", "b", "<sos>", "<eos>"),
        false,
        1.02,
        0.02);
  }

  /** An OWSM-CTC with so many layers, some of which attend to the prompt. */
  static OwsmConfig ctc(int encoderLayers, List<Integer> crossAttention) {
    OwsmConfig other = of(encoderLayers, 1);
    return new OwsmConfig(
        other.frontend(),
        other.encoder(),
        OwsmConfig.Decoder.NONE,
        Optional.of(new OwsmConfig.CtcOnly(8, 2, 16, 1, crossAttention, List.of())),
        other.tokens(),
        false,
        1.02,
        0.02);
  }

  /** One to five layers on either side. */
  static OwsmConfig draw(Random random) {
    return of(1 + random.nextInt(5), 1 + random.nextInt(5));
  }

  /** Gates of a model, each open with probability one half. */
  static GateSet gates(OwsmConfig config, Random random) {
    return new GateSet(
        modules(GateParameters.encoderModules(config), random),
        modules(GateParameters.decoderModules(config), random));
  }

  /** Modules that are open with probability one half. */
  static OpenModules modules(int count, Random random) {
    boolean[] open = new boolean[count];
    for (int module = 0; module < count; module++) {
      open[module] = random.nextBoolean();
    }
    return OpenModules.of(open);
  }
}
