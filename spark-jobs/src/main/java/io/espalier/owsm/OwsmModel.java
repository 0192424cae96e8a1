package io.espalier.owsm;

import ai.djl.ndarray.NDManager;
import io.espalier.features.LogMel;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Positions;
import io.espalier.nn.Weights;

/**
 * An assembled OWSM on one device: encoder, decoder and CTC head over one set of weights. Safe for
 * use by many threads; lives as long as the weights' manager.
 */
public final class OwsmModel {
  /** Room in the decoder for a previous text and the prompt, beyond one token for each frame. */
  private static final int PROMPT_POSITIONS = 1024;

  private final OwsmConfig config;
  private final Kernels kernels;
  private final LogMel logMel;
  private final Encoder encoder;
  private final Decoder decoder;
  private final CtcHead ctc;
  private final NDManager manager;

  /**
   * @param weights every parameter that the configuration asks for, under ESPnet's names
   */
  public OwsmModel(OwsmConfig config, Weights weights) {
    this(config, weights, Kernels.load(weights.manager()));
  }

  /**
   * @param weights every parameter that the configuration asks for, under ESPnet's names
   * @param kernels made with the weights' manager
   */
  public OwsmModel(OwsmConfig config, Weights weights, Kernels kernels) {
    this.config = config;
    this.manager = weights.manager();
    this.kernels = kernels;
    ModuleScope module = new ModuleScope(kernels, weights);
    int featureFrames = config.windowSamples() / config.frontend().hopLength() + 1;
    int frames = config.encoder().inputLayer().outputLength(featureFrames);
    int count = frames + PROMPT_POSITIONS;
    Positions positions = new Positions(manager, count, config.encoder().size());
    this.logMel = logMel(config, weights, kernels);
    this.encoder = new Encoder(module, config, positions);
    this.decoder = new Decoder(module, config, positions);
    this.ctc = new CtcHead(module);
  }

  /** The front end; stored constants win over computed ones, as they do in ESPnet. */
  public static LogMel logMel(OwsmConfig config, Weights weights, Kernels kernels) {
    String filters = "frontend.logmel.melmat";
    return new LogMel(
        weights.manager(),
        kernels,
        config.frontend().settings(),
        weights.has(filters) ? weights.get(filters) : null,
        config.globalMvn() ? weights.get("normalize.mean") : null,
        config.globalMvn() ? weights.get("normalize.std") : null);
  }

  /** The model's shape. */
  public OwsmConfig config() {
    return config;
  }

  /** The kernels that the model runs on. */
  public Kernels kernels() {
    return kernels;
  }

  /** Samples to features. */
  public LogMel logMel() {
    return logMel;
  }

  /** The encoder. */
  public Encoder encoder() {
    return encoder;
  }

  /** The decoder. */
  public Decoder decoder() {
    return decoder;
  }

  /** The CTC output layer. */
  public CtcHead ctc() {
    return ctc;
  }

  /** Longest previous text that a prompt can take. */
  public int maxPromptTokens() {
    return PROMPT_POSITIONS / 2;
  }

  /**
   * Tokens of the windows before that a prompt of long audio can take: more than a window has
   * frames, so that nothing is cut where there is no more than one token for each.
   */
  public int maxPreviousTokens() {
    return decoder.maxPositions() / 2;
  }

  /** Owner of the weights; parent of the managers of calls. */
  public NDManager manager() {
    return manager;
  }
}
