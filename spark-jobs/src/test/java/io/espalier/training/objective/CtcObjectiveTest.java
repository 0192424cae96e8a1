package io.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.training.TinyCtc;
import io.espalier.training.TinyModel;
import io.espalier.training.data.Batch;
import io.espalier.training.objective.ObjectiveSettings.Distillation;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The losses of an OWSM-CTC against the forward algorithm, and their gradient. */
class CtcObjectiveTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.of(TinyCtc.CONFIG, Optional.empty(), name -> false);

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
  void lossesAreThoseOfTheForwardAlgorithm() {
    Objective objective = objective(TinyCtc.settings(0), parameters());
    NDList outputs = outputs(objective);
    int frames = (int) outputs.get(1).getShape().get(1);
    assertThat(outputs.get(2).getShape())
        .isEqualTo(new Shape(2, TinyCtc.ROWS, frames, TinyModel.VOCABULARY));
    float[] last = outputs.get(1).toFloatArray();
    float[] between = outputs.get(2).toFloatArray();
    int layer = between.length / 2;
    float[] first = Arrays.copyOf(between, layer);
    float[] second = Arrays.copyOfRange(between, layer, between.length);
    List<int[]> texts =
        List.of(
            new int[] {TinyCtc.ENG, TinyCtc.ASR, 9, 9},
            new int[] {TinyCtc.DEU, TinyCtc.ST, 12},
            new int[] {TinyCtc.DEU, TinyCtc.ST, 14, 15});
    // The first layer's target is the transcript, which the second utterance does not have.
    double asr =
        (ObjectiveTest.ctc(first, 0, frames, texts.get(0))
                + ObjectiveTest.ctc(first, 2, frames, new int[] {TinyCtc.DEU, TinyCtc.ST, 16}))
            / 2;
    double intermediate = (asr + mean(second, frames, texts)) / 2;
    double ctc = mean(last, frames, texts);
    Objective.Losses losses = objective.evaluate(TinyCtc.batch(), Double.NaN);
    assertThat(losses.ctc() / TinyCtc.ROWS).isCloseTo(ctc, within(1e-4 * ctc));
    assertThat(losses.intermediate() / TinyCtc.ROWS)
        .isCloseTo(intermediate, within(1e-4 * intermediate));
    double expected = (1 - TinyCtc.WEIGHT) * ctc + TinyCtc.WEIGHT * intermediate;
    assertThat(losses.total()).isCloseTo(expected, within(1e-4 * expected));
    assertThat(losses.tokens()).isZero();
    assertThat(losses.open()).isEmpty();
  }

  private static double mean(float[] logProbs, int frames, List<int[]> texts) {
    double sum = 0;
    for (int row = 0; row < texts.size(); row++) {
      sum += ObjectiveTest.ctc(logProbs, row, frames, texts.get(row));
    }
    return sum / texts.size();
  }

  /** Along random directions, the gradient's part is the difference quotient of the loss. */
  @Test
  void theGradientIsTheSlopeOfTheLoss() {
    float[] start = parameters();
    float[] gradient = gradient(TinyCtc.settings(0), start);
    Random random = new Random(3);
    for (int trial = 0; trial < 5; trial++) {
      double[] direction = new double[start.length];
      double slope = 0;
      for (int i = 0; i < direction.length; i++) {
        // Mostly along the gradient, where the loss moves far more than float32 rounds.
        direction[i] = 1e-4 * random.nextGaussian() + 1e-4 * gradient[i];
        slope += direction[i] * gradient[i];
      }
      double quotient = lossAt(start, direction, 0.5) - lossAt(start, direction, -0.5);
      assertThat(quotient).isCloseTo(slope, within(0.01 * Math.abs(slope)));
    }
  }

  /** The gradient of one parameter after the other, of the parts that an encoder lacks. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "embed.weight",
        "embed_proj.weight",
        "prompt_proj.weight",
        "prompt_encoder.encoders.0.self_attn.linear_v.weight",
        "prompt_encoder.encoders.1.feed_forward.w_1.weight",
        "encoder.encoders.2.cross_attn.linear_v.weight",
        "encoder.encoders.0.norm_cross_attn.bias",
        "encoder.conditioning_layer.weight",
        "ctc.ctc_lo.weight"
      })
  void everyPartHasItsGradient(String name) {
    float[] start = parameters();
    float[] gradient = gradient(TinyCtc.settings(0), start);
    ParameterLayout.Slot slot =
        LAYOUT.slots().stream().filter(own -> own.name().equals(name)).findFirst().orElseThrow();
    int first = (int) slot.offset();
    double[] direction = new double[start.length];
    double square = 0;
    for (int i = first; i < first + slot.shape().size(); i++) {
      direction[i] = gradient[i];
      square += (double) gradient[i] * gradient[i];
    }
    assertThat(square).isPositive();
    double length = 0.005 / square;
    double quotient = lossAt(start, direction, length) - lossAt(start, direction, -length);
    assertThat(quotient / (2 * length)).isCloseTo(square, within(0.03 * square));
  }

  /** What nobody was told of, the padding of texts before, changes nothing. */
  @Test
  void paddingOfTextsBeforeChangesNothing() {
    Objective objective = objective(TinyCtc.settings(0), parameters());
    NDArray all = outputs(objective).get(0);
    NDArray features = manager.create(TinyCtc.features(), features()).get("0:1");
    NDArray alone =
        objective
            .outputs(
                manager,
                features,
                manager.create(new long[] {TinyCtc.ENG, TinyCtc.ASR}, new Shape(1, 2)),
                manager.create(new long[] {TinyCtc.NA}, new Shape(1, 1)),
                null)
            .get(0);
    assertThat(alone.sub(all.get("0:1")).abs().max().getFloat()).isLessThan(1e-5f);
  }

  @Test
  void dropoutAndBfloat16AreForOwsmCtcToo() {
    float[] plain = gradient(TinyCtc.settings(0), parameters());
    ObjectiveSettings noisy =
        ObjectiveSettings.ctc(TinyCtc.WEIGHT, 0.2, 0.2, Distillation.NONE, Precision.FLOAT32);
    assertThat(cosine(plain, gradient(noisy, parameters()))).isBetween(0.3, 0.999);
    ObjectiveSettings half =
        ObjectiveSettings.ctc(TinyCtc.WEIGHT, 0, 0, Distillation.NONE, Precision.BFLOAT16);
    assertThat(cosine(plain, gradient(half, parameters()))).isBetween(0.98, 0.99999999);
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }

  private float[] gradient(ObjectiveSettings settings, float[] parameters) {
    Objective objective = objective(settings, parameters);
    objective.backward(TinyCtc.batch(), Double.NaN, 1, 1);
    try (NDArray gathered = objective.trained().getGradient()) {
      return gathered.toFloatArray();
    }
  }

  private double lossAt(float[] start, double[] direction, double length) {
    float[] moved = new float[start.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = (float) (start[i] + length * direction[i]);
    }
    Batch batch = TinyCtc.batch();
    return objective(TinyCtc.settings(0), moved).evaluate(batch, Double.NaN).total();
  }

  private static float[] parameters() {
    Map<String, float[]> drawn = InitialParameters.draw(TinyCtc.CONFIG, 11);
    float[] all = new float[(int) LAYOUT.trainedSize()];
    for (ParameterLayout.Slot slot : LAYOUT.slots()) {
      float[] values = drawn.get(slot.name());
      System.arraycopy(values, 0, all, (int) slot.offset(), values.length);
    }
    return all;
  }

  private Objective objective(ObjectiveSettings settings, float[] parameters) {
    return new Objective(
        manager,
        TinyCtc.CONFIG,
        LAYOUT,
        settings,
        parameters,
        new float[0],
        parameters,
        new GateSource.Open());
  }

  private static Shape features() {
    return new Shape(TinyCtc.ROWS, TinyCtc.FRAMES, TinyCtc.MELS);
  }

  private NDList outputs(Objective objective) {
    return objective.outputs(
        manager,
        manager.create(TinyCtc.features(), features()),
        manager.create(TinyCtc.prefix(), new Shape(TinyCtc.ROWS, 2)),
        manager.create(TinyCtc.previous(), new Shape(TinyCtc.ROWS, 3)),
        null);
  }
}
