package io.espalier.search;

import ai.djl.ndarray.NDManager;
import io.espalier.nn.Kernels;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.ctc.OwsmCtcModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** An OWSM-CTC of a few thousand random parameters, with the tokens of {@link RandomOwsm}. */
record RandomOwsmCtc(OwsmCtcModel model, TokenTable tokens) {

  /**
   * Draws a model.
   *
   * @param kernels made with {@code manager}, which owns the model
   */
  static RandomOwsmCtc draw(NDManager manager, Kernels kernels, Random random) {
    OwsmConfig config = config(random);
    Map<String, float[]> values = RandomOwsm.values(config, random);
    OwsmCtcModel model =
        new OwsmCtcModel(config, RandomOwsm.weights(manager, config, values), kernels);
    return new RandomOwsmCtc(model, new TokenTable(config.tokens()));
  }

  private static OwsmConfig config(Random random) {
    int heads = 2 << random.nextInt(2);
    int blocks = 2 + random.nextInt(2);
    boolean half = random.nextBoolean();
    List<String> tokens = new ArrayList<>(RandomOwsm.tokenList());
    tokens.add(tokens.indexOf("<na>"), "<nolang>");
    return new OwsmConfig(
        new OwsmConfig.Frontend(16000, 512, 400, 160, 20, 0, 8000, false),
        new OwsmConfig.Encoder(
            half ? OwsmConfig.InputLayer.CONV2D8 : OwsmConfig.InputLayer.CONV2D,
            16,
            heads,
            24,
            32,
            5,
            3,
            false,
            false,
            blocks),
        OwsmConfig.Decoder.NONE,
        Optional.of(
            new OwsmConfig.CtcOnly(
                half ? 8 : 16,
                2,
                16,
                1 + random.nextInt(2),
                random.nextBoolean() ? List.of(1) : List.of(0, blocks - 1),
                random.nextBoolean() ? List.of(0) : List.of())),
        tokens,
        false,
        0.6,
        0.02);
  }
}
