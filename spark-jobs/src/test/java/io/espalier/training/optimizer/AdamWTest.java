package io.espalier.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final float[] START = {1, -2, 3};
  private static final float[] TARGET = {0.5f, -2.5f, 4};

  private static final AdamW.Settings PLAIN = new AdamW.Settings(0.9, 0.98, 1e-6, 0, 1e9);

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private NDArray parameters;

  @BeforeEach
  void createParameters() {
    JniUtils.setGradMode(true);
    JniUtils.setNumThreads(1);
    parameters = manager.create(START);
    parameters.setRequiresGradient(true);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void stepsAreThoseOfTheAlgorithm() {
    AdamW optimizer = new AdamW(manager, 3, new AdamW.Settings(0.9, 0.98, 1e-6, 0.1, 1e9));
    double[] w = {1, -2, 3};
    double[] m = new double[3];
    double[] v = new double[3];
    for (int step = 1; step <= 5; step++) {
      gatherGradient();
      optimizer.step(parameters, 1, 0.01, step);
      for (int i = 0; i < w.length; i++) {
        double gradient = 2 * (w[i] - TARGET[i]);
        m[i] = 0.9 * m[i] + 0.1 * gradient;
        v[i] = 0.98 * v[i] + 0.02 * gradient * gradient;
        double mean = m[i] / (1 - Math.pow(0.9, step));
        double deviation = Math.sqrt(v[i] / (1 - Math.pow(0.98, step)));
        w[i] = w[i] * (1 - 0.01 * 0.1) - 0.01 * mean / (deviation + 1e-6);
      }
    }
    assertClose(w);
  }

  @Test
  void aLongGradientIsShortened() {
    AdamW optimizer = new AdamW(manager, 3, new AdamW.Settings(0.9, 0.98, 1e-6, 0, 0.5));
    gatherGradient();
    double norm = optimizer.step(parameters, 1, 0.01, 1);
    // Of 2 (w - target): (1, 1, -2).
    assertThat(norm).isCloseTo(Math.sqrt(6), within(1e-6));
    float[] first = optimizer.firstMoment().toFloatArray();
    assertThat((double) first[0]).isCloseTo(0.1 * 0.5 / Math.sqrt(6), within(1e-7));
  }

  @Test
  void theMeanOfGatheredGradientsCounts() {
    AdamW optimizer = new AdamW(manager, 3, PLAIN);
    gatherGradient();
    gatherGradient();
    assertThat(optimizer.step(parameters, 2, 0.01, 1)).isCloseTo(Math.sqrt(6), within(1e-6));
  }

  @Test
  void theGradientIsClearedByTheStep() {
    AdamW optimizer = new AdamW(manager, 3, PLAIN);
    gatherGradient();
    optimizer.step(parameters, 1, 0, 1);
    gatherGradient();
    assertThat(optimizer.step(parameters, 1, 0, 2)).isCloseTo(Math.sqrt(6), within(1e-6));
  }

  @Test
  void aGradientThatIsNotFiniteChangesNothing() {
    AdamW optimizer = new AdamW(manager, 3, PLAIN);
    try (NDArray bad = parameters.mul(Float.POSITIVE_INFINITY).sum()) {
      backward(bad);
    }
    assertThat(optimizer.step(parameters, 1, 0.01, 1)).isInfinite();
    assertClose(new double[] {1, -2, 3});
  }

  private void assertClose(double[] expected) {
    float[] actual = parameters.toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  /** Adds the gradient of the squared distance to the target. */
  private void gatherGradient() {
    try (NDArray target = manager.create(TARGET);
        NDArray loss = parameters.sub(target).square().sum()) {
      backward(loss);
    }
  }

  private void backward(NDArray loss) {
    JniUtils.backward((PtNDArray) loss, (PtNDArray) manager.ones(new Shape()), false, false);
  }
}
