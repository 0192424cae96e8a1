package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.Kernels;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.OwsmParameters;
import io.espalier.owsm.TokenTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * A model of a few thousand random parameters. Its distributions are peaked and sentences end after
 * some tokens, so that hypotheses of a beam end at different times.
 *
 * @param weights parameters by ESPnet's names
 */
record RandomOwsm(OwsmModel model, TokenTable tokens, Map<String, float[]> weights) {
  private static final int STAMPS = 11;
  private static final int WORDS = 12;

  /**
   * Draws a model.
   *
   * @param kernels made with {@code manager}, which owns the model
   */
  static RandomOwsm draw(NDManager manager, Kernels kernels, Random random) {
    OwsmConfig config = config(random);
    TokenTable tokens = new TokenTable(config.tokens());
    Map<String, float[]> weights = values(config, random);
    weights.get("decoder.output_layer.bias")[tokens.eos()] += 4 * random.nextFloat();
    weights.get("ctc.ctc_lo.bias")[tokens.blank()] += 2 * random.nextFloat();
    OwsmModel model = new OwsmModel(config, weights(manager, config, weights), kernels);
    return new RandomOwsm(model, tokens, weights);
  }

  /** Draws all parameters of a model. */
  static Map<String, float[]> values(OwsmConfig config, Random random) {
    Map<String, float[]> values = new HashMap<>();
    OwsmParameters.expected(config)
        .forEach(
            (name, shape) -> {
              if (!OwsmParameters.OPTIONAL.contains(name)) {
                values.put(name, values(name, shape, random));
              }
            });
    return values;
  }

  /** Parameters as a model takes them. */
  static Weights weights(NDManager manager, OwsmConfig config, Map<String, float[]> values) {
    Map<String, NDArray> arrays = new HashMap<>();
    OwsmParameters.expected(config)
        .forEach(
            (name, shape) -> {
              if (values.containsKey(name)) {
                arrays.put(name, manager.create(values.get(name), shape));
              }
            });
    return new Weights(manager, arrays);
  }

  private static OwsmConfig config(Random random) {
    int heads = 2 << random.nextInt(2);
    return new OwsmConfig(
        new OwsmConfig.Frontend(16000, 512, 400, 160, 20, 0, 8000, false),
        new OwsmConfig.Encoder(
            OwsmConfig.InputLayer.CONV2D,
            16,
            heads,
            24,
            32,
            5,
            3,
            false,
            false,
            1 + random.nextInt(2)),
        new OwsmConfig.Decoder(heads, 24, 1 + random.nextInt(3)),
        tokenList(),
        false,
        0.6,
        0.02);
  }

  static List<String> tokenList() {
    List<String> tokens =
        new ArrayList<>(
            List.of("<blank>", "<unk>", "<na>", "<nospeech>", "<eng>", "<deu>", "<asr>"));
    tokens.addAll(List.of("<st_eng>", "<notimestamps>"));
    for (int i = 0; i < STAMPS; i++) {
      tokens.add(String.format(Locale.ROOT, "<%.2f>", 0.02 * i));
    }
    for (int i = 0; i < WORDS; i++) {
      tokens.add(String.valueOf((char) ('a' + i)));
    }
    tokens.addAll(List.of("<sos>", "<eos>", "<sop>"));
    return tokens;
  }

  private static float[] values(String name, Shape shape, Random random) {
    float[] values = new float[(int) shape.size()];
    boolean vector = shape.dimension() == 1;
    boolean gain = vector && name.contains("norm") && name.endsWith("weight");
    double scale = vector ? 0.1 : scale(name) / Math.sqrt((double) shape.size() / shape.get(0));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((gain ? 1 : 0) + scale * random.nextGaussian());
    }
    return values;
  }

  private static double scale(String name) {
    if (name.equals("decoder.output_layer.weight") || name.equals("ctc.ctc_lo.weight")) {
      return 2.5;
    }
    return name.startsWith("decoder.") ? 1.5 : 1;
  }

  /** A parameter. */
  float[] get(String name) {
    return weights.get(name);
  }

  /** Ids of the tokens that are words. */
  int word(Random random) {
    return tokens.id("a") + random.nextInt(WORDS);
  }
}
