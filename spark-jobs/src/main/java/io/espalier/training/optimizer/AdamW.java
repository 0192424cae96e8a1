package io.espalier.training.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.nn.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * AdamW (Loshchilov and Hutter, 2019) on one vector of parameters, with PyTorch's formulas. The
 * vector and the two moments are changed in place.
 */
public final class AdamW {
  private final Script script;
  private final Settings settings;
  private final NDManager manager;
  private NDArray first;
  private NDArray second;

  /**
   * The hyperparameters of a step.
   *
   * @param clipNorm a longer gradient is shortened to this
   */
  public record Settings(
      double beta1, double beta2, double epsilon, double weightDecay, double clipNorm) {}

  /** With moments of zero for a vector of that size. */
  public AdamW(NDManager manager, long size, Settings settings) {
    this.script = Script.load(manager, source());
    this.settings = settings;
    this.manager = manager;
    this.first = manager.zeros(new Shape(size));
    this.second = manager.zeros(new Shape(size));
  }

  private static String source() {
    try (InputStream in = AdamW.class.getResourceAsStream("optimizer.torchscript")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes on with moments of an earlier run. */
  public void restore(float[] firstMoment, float[] secondMoment) {
    first.close();
    second.close();
    first = LongVectors.create(manager, firstMoment);
    second = LongVectors.create(manager, secondMoment);
  }

  /** Mean of gradients, to be saved and restored with the parameters. */
  public NDArray firstMoment() {
    return first;
  }

  /** Running mean of squared gradients. */
  public NDArray secondMoment() {
    return second;
  }

  /**
   * One step with the gradient that has gathered on {@code parameters}, which is cleared.
   *
   * @param gathered number of batches whose gradients were added up; their mean is used
   * @param step counts from 1
   * @return the gradient's norm; if it is not finite, nothing was changed
   */
  public double step(NDArray parameters, int gathered, double rate, long step) {
    try (NDArray gradient = parameters.getGradient();
        NDArray values = JniUtils.detachGradient((PtNDArray) parameters)) {
      double norm = script.call("norm").with(gradient).runReal() / gathered;
      if (Double.isFinite(norm)) {
        double clip = norm > settings.clipNorm() ? settings.clipNorm() / norm : 1;
        script
            .call("adamw")
            .with(values)
            .with(gradient)
            .with(first)
            .with(second)
            .with(clip / gathered)
            .with(rate)
            .with(settings.beta1())
            .with(settings.beta2())
            .with(settings.epsilon())
            .with(settings.weightDecay())
            .with(step)
            .runWhole();
      }
      JniUtils.zeroGrad((PtNDArray) parameters);
      return norm;
    }
  }
}
