package io.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.training.TinyModel;
import io.espalier.training.data.Batch;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectiveTest {
  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @BeforeEach
  void useOneThread() {
    // The model is so small that threads would only wait for each other.
    JniUtils.setNumThreads(1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theCtcLossIsThatOfTheForwardAlgorithm() {
    Objective objective = TinyModel.objective(manager, 0.1, TinyModel.parameters());
    Batch batch = TinyModel.batch();
    float[] logProbs = outputs(objective, batch).get(1).toFloatArray();
    int frames = logProbs.length / 3 / TinyModel.VOCABULARY;
    // The second utterance has no transcript and counts for nothing.
    double expected =
        ctc(logProbs, 0, frames, new int[] {7, 8, 8})
            + ctc(logProbs, 2, frames, new int[] {12, 13});
    Objective.Losses losses = objective.evaluate(batch, 1);
    assertThat(losses.ctc()).isCloseTo(expected, within(1e-4 * expected));
    assertThat(losses.total()).isCloseTo(expected / 3, within(1e-4 * expected));
  }

  @Test
  void theDecodersLossIsTheDivergenceFromSmoothedTargets() {
    Objective objective = TinyModel.objective(manager, 0.1, TinyModel.parameters());
    Batch batch = TinyModel.batch();
    float[] logProbs = outputs(objective, batch).get(2).toFloatArray();
    double expected = 0;
    for (int i = 0; i < batch.targets().length; i++) {
      if (batch.targets()[i] >= 0) {
        expected += divergence(logProbs, i * TinyModel.VOCABULARY, (int) batch.targets()[i]);
      }
    }
    Objective.Losses losses = objective.evaluate(batch, 0);
    assertThat(losses.attention()).isCloseTo(expected, within(1e-4 * expected));
    assertThat(losses.total()).isCloseTo(expected / 3, within(1e-4 * expected));
    assertThat(losses.tokens()).isEqualTo(10);
  }

  @Test
  void lossesAreWeighted() {
    Batch batch = TinyModel.batch();
    Objective.Losses losses =
        TinyModel.objective(manager, 0.1, TinyModel.parameters()).evaluate(batch, 0.3);
    assertThat(losses.total())
        .isCloseTo((0.3 * losses.ctc() + 0.7 * losses.attention()) / 3, within(1e-3));
  }

  @Test
  void theGradientOfCtcIsTheSlopeOfItsLoss() {
    checkGradient(1);
  }

  @Test
  void theGradientOfTheDecodersLossIsItsSlope() {
    checkGradient(0);
  }

  /** Along random directions, the gradient's part is the difference quotient of the loss. */
  private void checkGradient(double ctcWeight) {
    float[] start = TinyModel.parameters();
    Objective objective = TinyModel.objective(manager, 0.1, start);
    Batch batch = TinyModel.batch();
    objective.backward(batch, ctcWeight, 1, 1);
    float[] gradient;
    try (NDArray gathered = objective.trained().getGradient()) {
      gradient = gathered.toFloatArray();
    }
    Random random = new Random(3);
    for (int trial = 0; trial < 5; trial++) {
      double[] direction = new double[start.length];
      double slope = 0;
      for (int i = 0; i < direction.length; i++) {
        // Mostly along the gradient, where the loss moves far more than float32 rounds.
        direction[i] = 1e-3 * random.nextGaussian() + 1e-3 * gradient[i];
        slope += direction[i] * gradient[i];
      }
      double quotient =
          lossAt(ctcWeight, batch, start, direction, 0.5)
              - lossAt(ctcWeight, batch, start, direction, -0.5);
      assertThat(quotient).isCloseTo(slope, within(0.01 * Math.abs(slope)));
    }
  }

  private double lossAt(
      double ctcWeight, Batch batch, float[] start, double[] direction, double length) {
    float[] moved = new float[start.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = (float) (start[i] + length * direction[i]);
    }
    return TinyModel.objective(manager, 0.1, moved).evaluate(batch, ctcWeight).total();
  }

  private NDList outputs(Objective objective, Batch batch) {
    NDArray features =
        manager.create(
            batch.features(),
            new Shape(3, batch.features().length / 3 / batch.mels(), batch.mels()));
    return objective.outputs(
        manager, features, manager.create(batch.tokens(), new Shape(3, 4)), null);
  }

  private static double divergence(float[] logProbs, int start, int target) {
    double sum = 0;
    for (int id = 0; id < TinyModel.VOCABULARY; id++) {
      double wanted = id == target ? 0.9 : 0.1 / (TinyModel.VOCABULARY - 1);
      sum += wanted * (Math.log(wanted) - logProbs[start + id]);
    }
    return sum;
  }

  /** Graves et al. (2006), section 4.1, on probabilities in double precision; blank is 0. */
  static double ctc(float[] logProbs, int row, int frames, int[] labels) {
    int states = 2 * labels.length + 1;
    double[] alpha = new double[states];
    for (int t = 0; t < frames; t++) {
      double[] next = new double[states];
      for (int s = 0; s < states; s++) {
        int label = s % 2 == 0 ? 0 : labels[s / 2];
        double from = t == 0 ? (s < 2 ? 1 : 0) : alpha[s] + (s > 0 ? alpha[s - 1] : 0);
        boolean skips = t > 0 && s > 1 && label != 0 && label != labels[s / 2 - 1];
        from += skips ? alpha[s - 2] : 0;
        int at = (row * frames + t) * TinyModel.VOCABULARY + label;
        next[s] = from * Math.exp(logProbs[at]);
      }
      alpha = next;
    }
    return -Math.log(alpha[states - 1] + alpha[states - 2]);
  }
}
