package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.Script;
import io.espalier.pruning.FrameView.Pooling;
import io.espalier.pruning.FrameView.Scope;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attentive statistics, compared with their definition in double precision. */
class AttentivePoolingTest {
  private static final int WIDTH = 6;
  private static final int HEADS = 2;
  private static final int HIDDEN = 5;

  private final Random random = new Random(8);
  private final float[] w1 = draw(HIDDEN * WIDTH);
  private final float[] b1 = draw(HIDDEN);
  private final float[] w2 = draw(HEADS * HIDDEN);
  private NDManager manager;
  private Script script;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager("PyTorch");
    script = Script.load(manager, GateScript.functions());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void eachHeadWeighsItsOwnChannels() {
    for (int frames : new int[] {1, 2, 9}) {
      float[] x = draw(frames * WIDTH);
      float[] pooled = pooled(x, frames, frames);
      double[] expected = expected(x, frames);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) pooled[i]).isCloseTo(expected[i], within(1e-4));
      }
    }
  }

  @Test
  void paddingHasNoWeightWhateverItHolds() {
    int own = 7;
    float[] x = draw(own * WIDTH);
    float[] alone = pooled(x, own, own);
    for (int more : new int[] {1, 5, 30}) {
      float[] padded = Arrays.copyOf(x, (own + more) * WIDTH);
      for (int i = x.length; i < padded.length; i++) {
        padded[i] = 1e3f * (float) random.nextGaussian();
      }
      float[] pooled = pooled(padded, own + more, own);
      for (int i = 0; i < alone.length; i++) {
        assertThat(pooled[i]).isCloseTo(alone[i], within(1e-5f));
      }
    }
  }

  @Test
  void theScoringNetworkHasAWidthWhereThereIsOne() {
    for (FrameView view :
        new FrameView[] {FrameView.DEFAULT, new FrameView(Pooling.ATTENTIVE, 1, Scope.LAYER)}) {
      assertThat(view.isByLayer()).isEqualTo(view.scope() == Scope.LAYER);
    }
    assertThatThrownBy(() -> new FrameView(Pooling.ATTENTIVE, 0, Scope.STACK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid pooling_hidden: 0, must be at least 1 with pooling");
    assertThatThrownBy(() -> new FrameView(Pooling.STATISTICS, 3, Scope.STACK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid pooling_hidden: 3");
  }

  private float[] draw(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private float[] pooled(float[] x, int frames, int own) {
    float[] shares = new float[frames];
    Arrays.fill(shares, 0, own, 1f / own);
    NDArray result =
        script
            .call("attended")
            .with(manager.create(x, new Shape(1, frames, WIDTH)))
            .with(manager.create(shares, new Shape(1, frames, 1)))
            .with(manager.create(w1, new Shape(HIDDEN, WIDTH)))
            .with(manager.create(b1))
            .with(manager.create(w2, new Shape(HEADS, HIDDEN)))
            .with(manager.ones(new Shape(2 * WIDTH)))
            .with(manager.zeros(new Shape(2 * WIDTH)))
            .run(manager);
    return result.toFloatArray();
  }

  private double[] expected(float[] x, int frames) {
    double[][] scores = new double[HEADS][frames];
    for (int t = 0; t < frames; t++) {
      for (int h = 0; h < HIDDEN; h++) {
        double sum = b1[h];
        for (int c = 0; c < WIDTH; c++) {
          sum += w1[h * WIDTH + c] * x[t * WIDTH + c];
        }
        for (int head = 0; head < HEADS; head++) {
          scores[head][t] += w2[head * HIDDEN + h] * Math.tanh(sum);
        }
      }
    }
    double[] joined = new double[2 * WIDTH];
    for (int c = 0; c < WIDTH; c++) {
      double[] own = scores[c / (WIDTH / HEADS)];
      double total = 0;
      for (double score : own) {
        total += Math.exp(score);
      }
      double mean = 0;
      double square = 0;
      for (int t = 0; t < frames; t++) {
        double weight = Math.exp(own[t]) / total;
        mean += weight * x[t * WIDTH + c];
        square += weight * x[t * WIDTH + c] * x[t * WIDTH + c];
      }
      joined[c] = mean;
      joined[WIDTH + c] = Math.sqrt(square - mean * mean + 1e-5);
    }
    return normalized(joined);
  }

  private static double[] normalized(double[] values) {
    double mean = 0;
    double square = 0;
    for (double value : values) {
      mean += value / values.length;
      square += value * value / values.length;
    }
    double deviation = Math.sqrt(square - mean * mean + 1e-5);
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (values[i] - mean) / deviation;
    }
    return result;
  }
}
