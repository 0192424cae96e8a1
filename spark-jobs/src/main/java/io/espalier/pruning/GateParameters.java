package io.espalier.pruning;

import ai.djl.ndarray.types.Shape;
import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Every parameter of the gate predictors with its shape: {@code gates.encoder.*} decides for the
 * encoder, {@code gates.decoder.*} for the decoder. Where each layer has a predictor, its number
 * (from 0) follows: {@code gates.encoder.3.*}.
 */
public final class GateParameters {
  /** What the name of every parameter begins with. */
  public static final String PREFIX = "gates.";

  private static final String ENCODER = PREFIX + "encoder";
  private static final String DECODER = PREFIX + "decoder";

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

  /**
   * Modules that one of the encoder's predictors decides about: all of them, or those of its layer,
   * a cross attention last.
   */
  static int encoderModules(GateConfig gates, OwsmConfig config, int predictor) {
    if (!gates.view().isByLayer()) {
      return encoderModules(config);
    }
    return EncoderModule.COUNT + (config.crossAttention().contains(predictor) ? 1 : 0);
  }

  /** The encoder's predictors by name, in the order of the layers that they decide about. */
  static List<String> encoderPredictors(GateConfig gates, OwsmConfig config) {
    return predictors(ENCODER, gates, config.encoder().numBlocks());
  }

  /** The same for the decoder; none where there is no decoder. */
  static List<String> decoderPredictors(GateConfig gates, OwsmConfig config) {
    return predictors(DECODER, gates, config.decoder().numBlocks());
  }

  private static List<String> predictors(String half, GateConfig gates, int layers) {
    return gates.view().isByLayer() || layers == 0
        ? IntStream.range(0, layers).mapToObj(layer -> half + "." + layer).toList()
        : List.of(half);
  }

  /** The parameters, in the order in which the predictors take them. */
  public static Map<String, Shape> expected(GateConfig gates, OwsmConfig config) {
    GateParameters parameters = new GateParameters();
    List<String> encoder = encoderPredictors(gates, config);
    List<String> decoder = decoderPredictors(gates, config);
    for (int i = 0; i < encoder.size(); i++) {
      parameters.predictor(encoder.get(i), gates, config, encoderModules(gates, config, i));
    }
    decoder.forEach(
        name -> parameters.predictor(name, gates, config, decoderModules(config) / decoder.size()));
    return parameters.shapes;
  }

  /** The names of one predictor's parameters, in the order in which it takes them. */
  static List<String> of(String predictor, GateConfig gates, OwsmConfig config) {
    return expected(gates, config).keySet().stream()
        .filter(name -> name.startsWith(predictor + "."))
        .toList();
  }

  private void predictor(String name, GateConfig gates, OwsmConfig config, long modules) {
    long width = config.encoder().size();
    if (gates.view().pooling() == FrameView.Pooling.ATTENTIVE) {
      linear(name + ".pooling_hidden", width, gates.view().poolingHidden());
      // A bias would move all frames' scores alike, which changes no weight.
      add(name + ".pooling_scores.weight", heads(config), gates.view().poolingHidden());
    }
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

  /** Scores of a frame in attentive pooling. */
  private static long heads(OwsmConfig config) {
    return config.encoder().attentionHeads();
  }

  /**
   * FLOPs of one predictor for one utterance, one multiply-add being two.
   *
   * @param modules that it decides about
   * @param frames that it computes on
   */
  static long flops(GateConfig gates, OwsmConfig config, long modules, long frames) {
    long width = config.encoder().size();
    long pooling = frames * gates.view().poolingHidden() * (width + heads(config));
    long projections = (long) (gates.speakerSize() + gates.eventSize()) * gates.projection();
    long layers = gates.hidden() * inputs(gates, width) + (gates.hidden() + 1) * CHOICES * modules;
    return 2 * (pooling + projections + layers);
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
