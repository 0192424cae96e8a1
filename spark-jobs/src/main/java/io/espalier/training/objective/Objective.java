package io.espalier.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.nn.HostData;
import io.espalier.nn.Positions;
import io.espalier.nn.Script;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.ctc.OwsmCtcModel;
import io.espalier.pruning.GateArrays;
import io.espalier.training.data.Batch;
import io.espalier.training.optimizer.LongVectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * OWSM's training objective with its gradient: ESPnet's weighted sum of the CTC loss and of the
 * decoder's label-smoothed cross entropy (Kullback-Leibler divergence), each summed over an
 * utterance's tokens and averaged over the batch; for an OWSM-CTC ESPnet's weighted sum of the CTC
 * loss and of the mean of those of intermediate layers. Every frame of the padded window is input,
 * as it is in ESPnet's training and decoding.
 *
 * <p>Works on the thread that made it.
 */
public final class Objective {
  /** Room for previous texts and prompts. */
  private static final int TOKEN_POSITIONS = 1024;

  /** Numbers in front of the modules' openness. */
  private static final int FACTS = 4;

  /** The same for an OWSM-CTC. */
  private static final int CTC_FACTS = 2;

  private final NDManager manager;
  private final Script script;
  private final EncoderFrames encoderFrames;
  private final boolean isCtc;
  private final List<NDArray> positions = new ArrayList<>();
  private final NDArray trained;
  private final NDArray fixed;
  private final Optional<NDArray> teacher;
  private final GateTensors gates;
  private final ObjectiveSettings settings;

  /**
   * Losses of a batch.
   *
   * @param total what is minimised, averaged over utterances
   * @param ctc summed over utterances
   * @param intermediate mean of the CTC losses of intermediate layers, summed over utterances; 0
   *     for an encoder-decoder
   * @param attention summed over utterances; 0 for an OWSM-CTC, as the two below
   * @param correct targets that got the highest probability
   * @param tokens number of targets
   * @param open mean openness of each module, the encoder's first; empty without gate predictors
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Losses(
      int utterances,
      double total,
      double ctc,
      double intermediate,
      double attention,
      double correct,
      double tokens,
      float[] open) {}

  /**
   * @param manager owns everything
   * @param trained values of the trained parameters
   * @param fixed values of the others
   * @param teacher values of the trained parameters to distil from, where the settings say so
   * @param gates how the modules are gated
   */
  public Objective(
      NDManager manager,
      OwsmConfig config,
      ParameterLayout layout,
      ObjectiveSettings settings,
      float[] trained,
      float[] fixed,
      float[] teacher,
      GateSource gates) {
    this.manager = manager;
    // Only this executor records gradients for shapes that change from batch to batch.
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(true);
    this.script =
        Script.load(manager, StepSource.of(config, layout, settings, gates, manager.getDevice()));
    this.encoderFrames = EncoderFrames.of(config);
    this.isCtc = config.ctcOnly().isPresent();
    int frames = encoderFrames.of(config.windowSamples() / config.frontend().hopLength() + 1);
    position(Math.max(frames, TOKEN_POSITIONS), config.encoder().size());
    config.ctcOnly().ifPresent(own -> position(OwsmCtcModel.PROMPT_TOKENS, own.promptSize()));
    this.trained = LongVectors.create(manager, trained);
    this.fixed = LongVectors.create(manager, fixed);
    this.trained.setRequiresGradient(true);
    this.teacher =
        settings.distillation().isAny()
            ? Optional.of(LongVectors.create(manager, teacher))
            : Optional.empty();
    this.gates = gates.tensors(manager, config);
    this.settings = settings;
  }

  private void position(int length, int size) {
    positions.add(new Positions(manager, length, size).table());
  }

  /** The vector of trained parameters. */
  public NDArray trained() {
    return trained;
  }

  /**
   * Computes the losses and adds the gradient of their total to what the parameters have gathered.
   *
   * @param ctcWeight share of the CTC loss; means nothing for an OWSM-CTC
   * @param seed of dropout and of the gates that are drawn
   * @param step counts from 1
   */
  public Losses backward(Batch batch, double ctcWeight, long seed, long step) {
    JniUtils.setSeed(seed);
    try (NDManager scope = manager.newSubManager()) {
      NDList results = run("train", scope, batch, ctcWeight, step);
      JniUtils.backward(
          (PtNDArray) results.get(0), (PtNDArray) scope.ones(new Shape()), false, false);
      return losses(batch, results);
    }
  }

  /**
   * The losses without dropout and gradient.
   *
   * @param ctcWeight share of the CTC loss; means nothing for an OWSM-CTC
   */
  public Losses evaluate(Batch batch, double ctcWeight) {
    JniUtils.setGradMode(false);
    try (NDManager scope = manager.newSubManager()) {
      return losses(batch, run("evaluate", scope, batch, ctcWeight, Long.MAX_VALUE));
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  private NDList run(String function, NDManager scope, Batch batch, double ctcWeight, long step) {
    List<NDArray> arguments = new ArrayList<>(List.of(trained, fixed));
    arguments.addAll(positions);
    arguments.addAll(batch.arrays(scope));
    if (!isCtc) {
      arguments.add(HostData.of(scope, (float) ctcWeight));
    }
    int frames = encoderFrames.of(batch.frames());
    arguments.addAll(gates.arrays(scope, batch.rows(), batch.gates(), frames, step));
    teacher.ifPresent(
        own -> {
          arguments.add(own);
          arguments.add(HostData.of(scope, (float) settings.distillation().weight(step)));
        });
    return script.differentiable(function, scope, arguments.toArray(NDArray[]::new));
  }

  private Losses losses(Batch batch, NDList results) {
    float[] facts = results.get(1).toFloatArray();
    if (isCtc) {
      float[] open = Arrays.copyOfRange(facts, CTC_FACTS, facts.length);
      return new Losses(batch.rows(), results.get(0).getFloat(), facts[0], facts[1], 0, 0, 0, open);
    }
    return new Losses(
        batch.rows(),
        results.get(0).getFloat(),
        facts[0],
        0,
        facts[1],
        facts[2],
        facts[3],
        Arrays.copyOfRange(facts, FACTS, facts.length));
  }

  /**
   * What the network gives without dropout, for comparison with the inference code.
   *
   * @param shown what gate predictors look at; null without predictors
   * @return encoder output, CTC log-probabilities, decoder log-probabilities, and the gates of
   *     encoder and decoder as (modules, rows), empty if all are open; owned by {@code scope}
   */
  NDList outputs(NDManager scope, NDArray features, NDArray tokens, GateArrays shown) {
    return outputs(scope, List.of(features, tokens), shown);
  }

  /**
   * The same for an OWSM-CTC.
   *
   * @param prefix (rows, 2), languages and tasks
   * @param previous (rows, length), texts before, -1 behind them
   * @param shown what gate predictors look at; null without predictors
   * @return encoder output, CTC log-probabilities, those of intermediate layers (layers, rows,
   *     frames, tokens), and the gates of the encoder as (modules, rows)
   */
  NDList outputs(
      NDManager scope, NDArray features, NDArray prefix, NDArray previous, GateArrays shown) {
    return outputs(scope, List.of(features, prefix, previous), shown);
  }

  private NDList outputs(NDManager scope, List<NDArray> given, GateArrays shown) {
    JniUtils.setGradMode(false);
    try {
      List<NDArray> arguments = new ArrayList<>(List.of(trained, fixed));
      arguments.addAll(positions);
      arguments.addAll(given);
      int rows = (int) given.get(0).getShape().get(0);
      int frames = encoderFrames.of((int) given.get(0).getShape().get(1));
      arguments.addAll(gates.arrays(scope, rows, shown, frames, Long.MAX_VALUE));
      return script.differentiable("outputs", scope, arguments.toArray(NDArray[]::new));
    } finally {
      JniUtils.setGradMode(true);
    }
  }
}
