package io.espalier.pruning;

import ai.djl.ndarray.types.Shape;
import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Every parameter of the gate predictors with its shape: {@code gates.encoder.*} decides for the
 * encoder, {@code gates.decoder.*} for the decoder.
 */
public final class GateParameters {
  /** What the name of every parameter begins with. */
  public static final String PREFIX = "gates.";

  /** The two predictors' names. */
  static final String ENCODER = PREFIX + "encoder";

  static final String DECODER = PREFIX + "decoder";

  /** Open and closed. */
  private static final long CHOICES = 2;

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private GateParameters() {}

  /** Modules of the encoder that have a gate, cross attentions among them. */
  public static int encoderModules(OwsmConfig config) {
    return regularModules(config) + config.crossAttention().size();
  }

  /** Modules of the encoder that every layer has. */
  public static int regularModules(OwsmConfig config) {
    return EncoderModule.COUNT * config.encoder().numBlocks();
  }

  /** Modules of the decoder that have a gate. */
  public static int decoderModules(OwsmConfig config) {
    return DecoderModule.COUNT * config.decoder().numBlocks();
  }

  /** The parameters, in the order in which the predictors take them. */
  public static Map<String, Shape> expected(GateConfig gates, OwsmConfig config) {
    GateParameters parameters = new GateParameters();
    long width = config.encoder().size();
    parameters.predictor(ENCODER, gates, width, encoderModules(config));
    parameters.predictor(DECODER, gates, width, decoderModules(config));
    return parameters.shapes;
  }

  private void predictor(String name, GateConfig gates, long width, long modules) {
    norm(name + ".pooled_norm", 2 * width);
    long size = gates.projection();
    for (ContextKind kind : ContextKind.values()) {
      if (gates.contexts().contains(kind)) {
        String context = name + "." + kind.key();
        switch (kind) {
          case SPEAKER -> linear(context, gates.speakerSize(), size);
          case EVENT -> linear(context, gates.eventSize(), size);
          case LANGUAGE -> add(context + ".weight", gates.languages().size(), size);
          case TASK -> add(context + ".weight", gates.tasks().size(), size);
        }
        norm(context + "_norm", size);
        add(context + "_null", size);
      }
    }
    linear(name + ".hidden", inputs(gates, width), gates.hidden());
    linear(name + ".output", gates.hidden() + 1, CHOICES * modules);
  }

  /** Numbers that a predictor's hidden layer sees: pooled frames, contexts, the target. */
  static long inputs(GateConfig gates, long width) {
    return 2 * width + (long) gates.contexts().size() * gates.projection() + 1;
  }

  /**
   * FLOPs of one predictor for one utterance, one multiply-add being two.
   *
   * @param modules that it decides about
   */
  static long flops(GateConfig gates, long width, long modules) {
    long projections = (long) (gates.speakerSize() + gates.eventSize()) * gates.projection();
    long layers = gates.hidden() * inputs(gates, width) + (gates.hidden() + 1) * CHOICES * modules;
    return 2 * (projections + layers);
  }

  private void linear(String name, long in, long out) {
    add(name + ".weight", out, in);
    add(name + ".bias", out);
  }

  private void norm(String name, long width) {
    add(name + ".weight", width);
    add(name + ".bias", width);
  }

  private void add(String name, long... sizes) {
    shapes.put(name, new Shape(sizes));
  }
}
