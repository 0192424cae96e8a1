package io.espalier.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.nn.Positions;
import io.espalier.nn.Script;
import io.espalier.owsm.OwsmConfig;

/**
 * OWSM's training objective with its gradient: ESPnet's weighted sum of the CTC loss and of the
 * decoder's label-smoothed cross entropy (Kullback-Leibler divergence), each summed over an
 * utterance's tokens and averaged over the batch. Every frame of the padded window is input, as it
 * is in ESPnet's training and decoding.
 *
 * <p>Works on the thread that made it.
 */
public final class Objective {
  /** Room for previous texts and prompts. */
  private static final int TOKEN_POSITIONS = 1024;

  private final NDManager manager;
  private final Script script;
  private final NDArray positions;
  private final NDArray trained;
  private final NDArray fixed;

  /**
   * Losses of a batch.
   *
   * @param total what is minimised, averaged over utterances
   * @param ctc summed over utterances
   * @param attention summed over utterances
   * @param correct targets that got the highest probability
   * @param tokens number of targets
   */
  public record Losses(
      int utterances, double total, double ctc, double attention, double correct, double tokens) {}

  /**
   * @param manager owns everything
   * @param trained values of the trained parameters
   * @param fixed values of the others
   */
  public Objective(
      NDManager manager,
      OwsmConfig config,
      ParameterLayout layout,
      ObjectiveSettings settings,
      float[] trained,
      float[] fixed) {
    this.manager = manager;
    // Only this executor records gradients for shapes that change from batch to batch.
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(true);
    this.script = Script.load(manager, ObjectiveSource.of(config, layout, settings));
    int frames =
        config
            .encoder()
            .inputLayer()
            .outputLength(config.windowSamples() / config.frontend().hopLength() + 1);
    this.positions =
        new Positions(manager, Math.max(frames, TOKEN_POSITIONS), config.encoder().size()).table();
    this.trained = LongVectors.create(manager, trained);
    this.fixed = LongVectors.create(manager, fixed);
    this.trained.setRequiresGradient(true);
  }

  /** The vector of trained parameters. */
  public NDArray trained() {
    return trained;
  }

  /**
   * Computes the losses and adds the gradient of their total to what the parameters have gathered.
   *
   * @param ctcWeight share of the CTC loss
   * @param seed of dropout
   */
  Losses backward(Batch batch, double ctcWeight, long seed) {
    JniUtils.setSeed(seed);
    try (NDManager scope = manager.newSubManager()) {
      NDList results = run("train", scope, batch, ctcWeight);
      JniUtils.backward(
          (PtNDArray) results.get(0), (PtNDArray) scope.ones(new Shape()), false, false);
      return losses(batch, results);
    }
  }

  /**
   * The losses without dropout and gradient.
   *
   * @param ctcWeight share of the CTC loss
   */
  Losses evaluate(Batch batch, double ctcWeight) {
    JniUtils.setGradMode(false);
    try (NDManager scope = manager.newSubManager()) {
      return losses(batch, run("evaluate", scope, batch, ctcWeight));
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  private NDList run(String function, NDManager scope, Batch batch, double ctcWeight) {
    NDArray[] arrays = batch.arrays(scope);
    return script.differentiable(
        function,
        scope,
        trained,
        fixed,
        positions,
        arrays[0],
        arrays[1],
        arrays[2],
        arrays[3],
        arrays[4],
        scope.create((float) ctcWeight));
  }

  private static Losses losses(Batch batch, NDList results) {
    float[] facts = results.get(1).toFloatArray();
    return new Losses(
        batch.rows(), results.get(0).getFloat(), facts[0], facts[1], facts[2], facts[3]);
  }

  /**
   * What the network gives without dropout, for comparison with the inference code.
   *
   * @return encoder output, CTC log-probabilities and decoder log-probabilities, owned by {@code
   *     scope}
   */
  NDList outputs(NDManager scope, NDArray features, NDArray tokens) {
    JniUtils.setGradMode(false);
    try {
      return script.differentiable("outputs", scope, trained, fixed, positions, features, tokens);
    } finally {
      JniUtils.setGradMode(true);
    }
  }
}
