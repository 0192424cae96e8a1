package io.espalier.owsm.ctc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.features.LogMel;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Positions;
import io.espalier.nn.Weights;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.Encoder;
import io.espalier.owsm.EncoderGates;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import java.util.List;

/**
 * An assembled OWSM-CTC on one device (Peng et al., ACL 2024). Safe for use by many threads; lives
 * as long as the weights' manager.
 */
public final class OwsmCtcModel {
  /** Longest previous text in tokens. */
  public static final int PROMPT_TOKENS = 512;

  /** Frames in front of those that are speech: language and task. */
  public static final int PREFIX = PromptEncoder.PREFIX;

  private final OwsmConfig config;
  private final Kernels kernels;
  private final LogMel logMel;
  private final Encoder encoder;
  private final PromptEncoder prompts;
  private final PromptedLayers layers;
  private final CtcOutput output;
  private final NDManager manager;

  /**
   * @param config of an OWSM-CTC
   * @param weights every parameter that the configuration asks for, under ESPnet's names
   * @param kernels made with the weights' manager
   */
  public OwsmCtcModel(OwsmConfig config, Weights weights, Kernels kernels) {
    this.config = config;
    this.manager = weights.manager();
    this.kernels = kernels;
    ModuleScope module = new ModuleScope(kernels, weights);
    TokenTable tokens = new TokenTable(config.tokens());
    int features = config.windowSamples() / config.frontend().hopLength() + 1;
    int frames = config.encoder().inputLayer().outputLength(features);
    Positions positions =
        new Positions(manager, frames + PromptEncoder.PREFIX, config.encoder().size());
    this.logMel = OwsmModel.logMel(config, weights, kernels);
    this.encoder = new Encoder(module, config, positions);
    this.prompts = new PromptEncoder(module, config, PROMPT_TOKENS, tokens.eos());
    this.output = new CtcOutput(module, config, tokens);
    this.layers = new PromptedLayers(module, config, output);
  }

  /**
   * Normalised log-mel features to frames with positions, language and task in front: what the
   * blocks, and a gate predictor, see.
   *
   * @param features (rows, frames, mels)
   * @param lengths feature frames that each row would have alone
   * @param spoken of each row
   * @return (rows, 2 + subsampled frames, width), owned by {@code manager}
   */
  public NDArray subsample(
      NDManager manager, NDArray features, int[] lengths, List<CtcPrompt> spoken, CostMeter meter) {
    try (NDArray prefix = prompts.prefix(manager, spoken, meter)) {
      return encoder.subsample(manager, features, prefix, lengths, meter);
    }
  }

  /**
   * Runs the blocks and the last norm.
   *
   * @param frames from {@link #subsample}
   * @param spoken of each row
   * @return the same shape, owned by {@code manager}
   */
  public NDArray encode(
      NDManager manager,
      NDArray frames,
      FrameMask mask,
      List<CtcPrompt> spoken,
      EncoderGates gates,
      CrossGates crossGates,
      CostMeter meter) {
    try (NDManager scope = manager.newSubManager()) {
      PromptMemory memory = prompts.memory(scope, spoken, meter);
      return encoder.forward(
          manager, frames, mask, gates, layers.of(memory, crossGates, mask, meter), meter);
    }
  }

  /** Frames of a row that holds that many feature frames, language and task among them. */
  public int outputFrames(int featureFrames) {
    return PromptEncoder.PREFIX + encoder.outputFrames(featureFrames);
  }

  /** Frames in front of the first that is speech. */
  public int prefixFrames() {
    return PromptEncoder.PREFIX;
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

  /** The CTC output layer. */
  public CtcOutput output() {
    return output;
  }

  /** Longest previous text that a prompt can take, in tokens. */
  public int maxPromptTokens() {
    return PROMPT_TOKENS;
  }

  /** Owner of the weights; parent of the managers of calls. */
  public NDManager manager() {
    return manager;
  }

  Encoder encoder() {
    return encoder;
  }

  PromptEncoder prompts() {
    return prompts;
  }

  PromptedLayers layers() {
    return layers;
  }
}
