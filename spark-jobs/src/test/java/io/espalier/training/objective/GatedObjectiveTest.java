package io.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Weights;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.DecoderState;
import io.espalier.owsm.OwsmModel;
import io.espalier.pruning.BatchGates;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.DecidedGates;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.FrameView.Pooling;
import io.espalier.pruning.FrameView.Scope;
import io.espalier.pruning.GateArrays;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateInput;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.GatePredictor;
import io.espalier.pruning.OpenModules;
import io.espalier.pruning.SparsityRange;
import io.espalier.pruning.UtteranceContext;
import io.espalier.training.TinyModel;
import io.espalier.training.TrainingModel;
import io.espalier.training.data.Batch;
import io.espalier.training.objective.GateSettings.Measure;
import io.espalier.training.objective.GateSettings.Targets;
import io.espalier.training.objective.GateSettings.Temperature;
import io.espalier.training.optimizer.LongVectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The training step multiplies by gates what the inference code leaves out. */
class GatedObjectiveTest {
  private static final int ROWS = 3;
  private static final int FEATURE_FRAMES = 60;
  private static final long SAMPLED_STEPS = 1;
  private static final long DISTILLED_STEPS = 5;
  private static final double ASKED = 0.5;
  private static final GateConfig GATES = gates(FrameView.DEFAULT);

  private NDManager manager;
  private GateConfig gates;

  /** Both ways of pooling with both scopes. */
  static List<FrameView> views() {
    return List.of(
        FrameView.DEFAULT,
        new FrameView(Pooling.ATTENTIVE, 5, Scope.STACK),
        new FrameView(Pooling.STATISTICS, 0, Scope.LAYER),
        new FrameView(Pooling.ATTENTIVE, 5, Scope.LAYER));
  }

  private static GateConfig gates(FrameView view) {
    return new GateConfig(
        EnumSet.allOf(ContextKind.class),
        6,
        4,
        List.of("eng", "deu"),
        List.of("asr", "st_eng"),
        8,
        16,
        new SparsityRange(0.1, 0.7),
        new SparsityRange(0.2, 0.5),
        0.4,
        view);
  }

  @BeforeEach
  void open() {
    gates = GATES;
    manager = NDManager.newBaseManager("PyTorch");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("views")
  void multipliedEqualsSkipped(FrameView view) {
    gates = gates(view);
    boolean anyClosed = false;
    for (long seed = 1; seed <= 3; seed++) {
      Map<String, float[]> parameters = parameters(seed);
      NDList multiplied =
          objective(parameters, settings(0)).outputs(manager, features(), tokens(), shown(ASKED));
      List<OpenModules> encoder = gates(multiplied.get(3));
      List<OpenModules> decoder = gates(multiplied.get(4));
      anyClosed |= encoder.get(0).openShare() < 1 && decoder.get(1).openShare() < 1;
      JniUtils.setGradMode(false);
      Weights weights = weights(parameters);
      OwsmModel model = new OwsmModel(TinyModel.CONFIG, weights);
      NDArray frames = model.encoder().subsample(manager, features(), CostMeter.NONE);
      DecidedGates decided = decided(weights, frames);
      NDArray skipped =
          model
              .encoder()
              .forward(manager, frames, FrameMask.none(manager), decided, CostMeter.NONE);
      assertThat(decided.decided()).isEqualTo(encoder);
      assertClose(multiplied.get(0), skipped);
      assertThat(policy(weights).decoder(manager, skipped, inputs(), CostMeter.NONE))
          .isEqualTo(decoder);
      try (DecoderState state =
          model.decoder().start(manager, skipped, BatchGates.decoder(decoder), CostMeter.NONE)) {
        NDArray hidden = state.prefill(manager, new int[][] {{5, 6}, {7, 8}, {9, 10}});
        assertClose(multiplied.get(2), state.logProbs(manager, hidden));
      }
      JniUtils.setGradMode(true);
    }
    assertThat(anyClosed).isTrue();
  }

  @ParameterizedTest
  @MethodSource("views")
  void theSparsityLossIsTheDistanceToTheTargetAndItsSquare(FrameView view) {
    gates = gates(view);
    Map<String, float[]> parameters = parameters(2);
    Objective.Losses without = objective(parameters, settings(0)).evaluate(batch(), 0.3);
    Objective.Losses with = objective(parameters, settings(7)).evaluate(batch(), 0.3);
    int encoder = GateParameters.encoderModules(TinyModel.CONFIG);
    double asked = 1 - gates.target();
    double first = Math.abs(mean(with.open(), 0, encoder) - asked);
    double second = Math.abs(mean(with.open(), encoder, with.open().length) - asked);
    double expected = 7 * (first + first * first + second + second * second);
    assertThat(with.total() - without.total()).isCloseTo(expected, within(1e-3));
  }

  @ParameterizedTest
  @MethodSource("views")
  void gradientsMoveThePredictorsTowardsTheTarget(FrameView view) {
    gates = gates(view);
    Map<String, float[]> parameters = parameters(4);
    Objective objective = objective(parameters, settings(1e6));
    Objective.Losses losses = objective.backward(batch(), 0.3, 5, 1);
    float[] gradient = LongVectors.read(objective.trained().getGradient());
    int encoder = GateParameters.encoderModules(TinyModel.CONFIG);
    int all = losses.open().length;
    assertThat(Math.signum(slope(gradient, "gates.encoder.")))
        .isEqualTo(Math.signum(mean(losses.open(), 0, encoder) - (1 - gates.target())));
    assertThat(Math.signum(slope(gradient, "gates.decoder.")))
        .isEqualTo(Math.signum(mean(losses.open(), encoder, all) - (1 - gates.target())));
    for (ParameterLayout.Slot slot : layout().slots()) {
      if (slot.name()
          .matches("gates\\..*\\.(pooling_hidden|pooling_scores|hidden|output|speaker)\\..*")) {
        int start = (int) slot.offset();
        float[] own = Arrays.copyOfRange(gradient, start, start + (int) slot.shape().size());
        assertThat(own).as(slot.name()).isNotEqualTo(new float[own.length]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("views")
  void theSparsityLossMovesNothingButThePredictors(FrameView view) {
    gates = gates(view);
    Map<String, float[]> parameters = parameters(4);
    float[][] gradients = new float[2][];
    for (int i = 0; i < 2; i++) {
      Objective objective = objective(parameters, settings(1e6 * i));
      objective.backward(batch(), 0.3, 5, 1);
      gradients[i] = LongVectors.read(objective.trained().getGradient());
    }
    for (ParameterLayout.Slot slot : layout().slots()) {
      int start = (int) slot.offset();
      int end = start + (int) slot.shape().size();
      if (!slot.name().startsWith(GateParameters.PREFIX)) {
        assertThat(Arrays.copyOfRange(gradients[1], start, end))
            .as(slot.name())
            .isEqualTo(Arrays.copyOfRange(gradients[0], start, end));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("views")
  void behindTheSampledStepsTheLikelierChoiceIsTaken(FrameView view) {
    gates = gates(view);
    Objective objective = objective(parameters(3), settings(1));
    float[] chosen = objective.evaluate(batch(), 0.3).open();
    assertThat(objective.backward(batch(), 0.3, 5, SAMPLED_STEPS).open()).isNotEqualTo(chosen);
    assertThat(objective.backward(batch(), 0.3, 5, SAMPLED_STEPS + 1).open()).isEqualTo(chosen);
  }

  @Test
  void closedModulesAreLeftOutBehindTheSampledStepsOnly() {
    Map<String, float[]> parameters = parameters(3);
    parameters.get("gates.encoder.output.bias")[0] = 1e4f;
    Arrays.fill(parameters.get("encoder.encoders.0.feed_forward_macaron.w_1.weight"), Float.NaN);
    Objective objective = objective(parameters, settings(1));
    assertThat(objective.backward(batch(), 0.3, 5, SAMPLED_STEPS).total()).isNaN();
    assertThat(objective.backward(batch(), 0.3, 5, SAMPLED_STEPS + 1).total()).isFinite();
    assertThat(objective.evaluate(batch(), 0.3).total()).isFinite();
  }

  @Test
  void distillationEnds() {
    GateSource learned = new GateSource.Learned(gates, settings(1));
    Objective until = objective(parameters(3), learned, 7);
    Objective none = objective(parameters(3), learned, 0);
    double without = none.backward(batch(), 0.3, 5, DISTILLED_STEPS).total();
    assertThat(until.backward(batch(), 0.3, 5, DISTILLED_STEPS).total()).isGreaterThan(without);
    assertThat(until.backward(batch(), 0.3, 5, DISTILLED_STEPS + 1).total())
        .isCloseTo(without, within(1e-5));
  }

  @ParameterizedTest
  @MethodSource("views")
  void distillationIsTheDistanceToTheOpenNetwork(FrameView view) {
    gates = gates(view);
    Map<String, float[]> parameters = parameters(3);
    GateSource learned = new GateSource.Learned(gates, settings(1));
    NDArray pruned =
        objective(parameters, learned, 0)
            .outputs(manager, features(), tokens(), shown(gates.target()))
            .get(0);
    NDArray open =
        objective(parameters, new GateSource.Open(), 0)
            .outputs(manager, features(), tokens(), null)
            .get(0);
    double distance = pruned.sub(open).square().mean().getFloat();
    double without =
        objective(parameters, learned, 0).backward(batch(), 0.3, 5, SAMPLED_STEPS + 1).total();
    double with =
        objective(parameters, learned, 7).backward(batch(), 0.3, 5, SAMPLED_STEPS + 1).total();
    assertThat(distance).isGreaterThan(1e-3);
    assertThat(with - without).isCloseTo(7 * distance, within(1e-3));
  }

  /** What the predictors decide in decoding, before the encoder runs or while it does. */
  private DecidedGates decided(Weights weights, NDArray frames) {
    GatePolicy policy = policy(weights);
    assertThat(policy.isByLayer()).isEqualTo(gates.view().scope() == Scope.LAYER);
    return policy.isByLayer()
        ? policy.layers(inputs(), CostMeter.NONE)
        : BatchGates.encoder(policy.encoder(manager, frames, inputs(), CostMeter.NONE));
  }

  private GatePolicy policy(Weights weights) {
    GatePredictor predictor = new GatePredictor(gates, TinyModel.CONFIG, weights);
    return new GateChoice.Learned(gates.contexts(), ASKED)
        .policy(TinyModel.CONFIG, Optional.of(predictor));
  }

  /** How the loss grows when modules are opened. */
  private double slope(float[] gradient, String half) {
    double slope = 0;
    for (ParameterLayout.Slot slot : layout().slots()) {
      boolean isBias = slot.name().startsWith(half) && slot.name().endsWith(".output.bias");
      for (int i = 0; isBias && i < slot.shape().size(); i++) {
        slope += (i % 2 == 1 ? 1 : -1) * gradient[(int) slot.offset() + i];
      }
    }
    return slope;
  }

  private static double mean(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum / (to - from);
  }

  private GateSettings.Learned settings(double weight) {
    return new GateSettings.Learned(
        new GateSettings.Shape(gates.contexts(), gates.projection(), gates.hidden(), gates.view()),
        GateSettings.Spread.NONE,
        0.2,
        new Temperature(1, 0.5, 10),
        SAMPLED_STEPS,
        weight,
        Measure.MODULES,
        new Targets(gates.encoder(), gates.decoder(), gates.target(), 0, 0));
  }

  private ParameterLayout layout() {
    return ParameterLayout.of(TinyModel.CONFIG, Optional.of(gates), name -> false);
  }

  private Objective objective(Map<String, float[]> parameters, GateSettings.Learned settings) {
    return objective(parameters, new GateSource.Learned(gates, settings), 0);
  }

  private Objective objective(
      Map<String, float[]> parameters, GateSource source, double distillation) {
    TrainingModel model =
        new TrainingModel(TinyModel.CONFIG, Optional.of(gates), Path.of("."), parameters);
    ObjectiveSettings objective =
        new ObjectiveSettings(
            0.3,
            ObjectiveSettings.CtcFirst.NONE,
            0.1,
            0,
            0,
            new ObjectiveSettings.Distillation(distillation, DISTILLED_STEPS),
            ObjectiveSettings.Precision.FLOAT32);
    return new Objective(
        manager,
        TinyModel.CONFIG,
        layout(),
        objective,
        model.vector(layout(), true),
        new float[0],
        model.vector(layout(), true),
        source);
  }

  private Map<String, float[]> parameters(long seed) {
    return new SpreadPredictors(gates, TinyModel.CONFIG).parameters(seed);
  }

  private Weights weights(Map<String, float[]> parameters) {
    return new SpreadPredictors(gates, TinyModel.CONFIG).weights(manager, parameters);
  }

  private NDArray features() {
    Batch batch = TinyModel.batch();
    return manager.create(batch.features(), new Shape(ROWS, FEATURE_FRAMES, batch.mels()));
  }

  private NDArray tokens() {
    return manager.create(new long[] {5, 6, 7, 8, 9, 10}, new Shape(ROWS, 2));
  }

  private Batch batch() {
    Batch batch = TinyModel.batch();
    return new Batch(
        batch.rows(),
        batch.features(),
        batch.mels(),
        batch.tokens(),
        batch.targets(),
        batch.ctcTargets(),
        batch.ctcLengths(),
        shown(gates.target()));
  }

  private GateArrays shown(double target) {
    return GateArrays.of(
        gates,
        inputs(),
        Collections.nCopies(ROWS, gates.contexts()),
        new double[] {target, target, target});
  }

  private static List<GateInput> inputs() {
    SplittableRandom random = new SplittableRandom(9);
    List<GateInput> inputs = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      float[] speaker = new float[6];
      for (int i = 0; i < speaker.length; i++) {
        speaker[i] = (float) random.nextGaussian();
      }
      UtteranceContext context =
          new UtteranceContext(
              row == 1 ? null : speaker, new float[] {1, 2, row, 3}, Double.NaN, 0, 0);
      inputs.add(new GateInput("u" + row, row == 2 ? null : "deu", "asr", context, 9 + row));
    }
    return inputs;
  }

  /** (modules, rows) to one list of gates for each row. */
  private static List<OpenModules> gates(NDArray gates) {
    float[] values = gates.transpose().toFloatArray();
    boolean[][] rows = new boolean[ROWS][values.length / ROWS];
    for (int i = 0; i < values.length; i++) {
      rows[i / rows[0].length][i % rows[0].length] = values[i] > 0.5;
    }
    return Arrays.stream(rows).map(OpenModules::of).toList();
  }

  private static void assertClose(NDArray expected, NDArray actual) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.sub(expected).abs().max().getFloat()).isCloseTo(0f, within(2e-5f));
  }
}
