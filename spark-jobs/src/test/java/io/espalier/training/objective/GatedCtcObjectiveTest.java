package io.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.nn.Precision;
import io.espalier.nn.Weights;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.ctc.CtcPrompt;
import io.espalier.owsm.ctc.OwsmCtcModel;
import io.espalier.pruning.BatchGates;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.DecidedGates;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.FrameView.Scope;
import io.espalier.pruning.GateArrays;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateInput;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.GatePredictor;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.ModuleCosts;
import io.espalier.pruning.OpenModules;
import io.espalier.pruning.SparsityRange;
import io.espalier.pruning.UtteranceContext;
import io.espalier.training.TinyCtc;
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

/** The training step of an OWSM-CTC multiplies by gates what the inference code leaves out. */
class GatedCtcObjectiveTest {
  private static final int REGULAR = GateParameters.regularModules(TinyCtc.CONFIG);
  private static final int MODULES = GateParameters.encoderModules(TinyCtc.CONFIG);
  private static final double ASKED = 0.5;

  private NDManager manager;
  private GateConfig gates;

  static List<FrameView> views() {
    return GatedObjectiveTest.views();
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
        new SparsityRange(0, 0),
        0.4,
        view);
  }

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager("PyTorch");
    JniUtils.setNumThreads(1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("views")
  void multipliedEqualsSkipped(FrameView view) {
    gates = gates(view);
    boolean[] seen = new boolean[2];
    for (long seed = 1; seed <= 4; seed++) {
      Map<String, float[]> parameters = parameters(seed);
      NDList multiplied = outputs(objective(parameters, learned(0), 0), shown(ASKED));
      List<OpenModules> trained = gates(multiplied.get(3));
      JniUtils.setGradMode(false);
      Weights weights = weights(parameters);
      OwsmCtcModel model = model(weights);
      NDArray frames = subsample(model);
      DecidedGates decided = decided(weights, frames);
      NDArray skipped = encode(model, frames, decided);
      assertThat(decided.decided()).isEqualTo(trained);
      for (OpenModules own : trained) {
        for (int cross = REGULAR; cross < MODULES; cross++) {
          seen[own.isOpen(cross) ? 1 : 0] = true;
        }
      }
      assertClose(multiplied.get(0), skipped);
      assertClose(multiplied.get(1), model.output().logProbs(manager, skipped, CostMeter.NONE));
      JniUtils.setGradMode(true);
    }
    assertThat(seen).as("closed and open cross attentions").containsExactly(true, true);
  }

  @Test
  void fixedGatesGiveWhatDecodingGives() {
    gates = gates(FrameView.DEFAULT);
    GateSet fixed = GateSet.parse("110110111011+01/").requireFits(TinyCtc.CONFIG);
    Map<String, float[]> parameters = parameters(1);
    NDList multiplied = outputs(objective(parameters, new GateSource.Fixed(() -> fixed), 0), null);
    JniUtils.setGradMode(false);
    OwsmCtcModel model = model(weights(parameters));
    NDArray frames = subsample(model);
    List<OpenModules> rows = Collections.nCopies(TinyCtc.ROWS, fixed.encoder());
    assertClose(multiplied.get(0), encode(model, frames, BatchGates.encoder(rows)));
    JniUtils.setGradMode(true);
  }

  @ParameterizedTest
  @MethodSource("views")
  void theSparsityLossIsOfTheEncoderAlone(FrameView view) {
    gates = gates(view);
    Map<String, float[]> parameters = parameters(2);
    Objective.Losses without = objective(parameters, learned(0), 0).evaluate(batch(), Double.NaN);
    Objective.Losses with = objective(parameters, learned(7), 0).evaluate(batch(), Double.NaN);
    float[] shares = ModuleCosts.flops(TinyCtc.CONFIG).encoderShares();
    assertThat(with.open()).hasSameSizeAs(shares);
    double open = 0;
    for (int i = 0; i < shares.length; i++) {
      open += shares[i] * with.open()[i];
    }
    double off = Math.abs(open - (1 - gates.target()));
    assertThat(with.total() - without.total()).isCloseTo(7 * (off + off * off), within(1e-3));
    float[] chosen = gates(shown(gates.target()), parameters);
    assertThat(with.open()).containsExactly(chosen, within(1e-6f));
  }

  /** Mean openness of each module over the rows. */
  private float[] gates(GateArrays shown, Map<String, float[]> parameters) {
    return outputs(objective(parameters, learned(0), 0), shown)
        .get(3)
        .mean(new int[] {1})
        .toFloatArray();
  }

  @ParameterizedTest
  @MethodSource("views")
  void gradientsMoveThePredictorsTowardsTheTargetAndNothingElse(FrameView view) {
    gates = gates(view);
    Map<String, float[]> parameters = parameters(4);
    float[][] gradients = new float[2][];
    Objective.Losses losses = null;
    for (int i = 0; i < 2; i++) {
      Objective objective = objective(parameters, learned(1e6 * i), 0);
      losses = objective.backward(batch(), Double.NaN, 5, 1);
      gradients[i] = LongVectors.read(objective.trained().getGradient());
    }
    float[] shares = ModuleCosts.flops(TinyCtc.CONFIG).encoderShares();
    double open = 0;
    for (int i = 0; i < shares.length; i++) {
      open += shares[i] * losses.open()[i];
    }
    double slope = 0;
    for (ParameterLayout.Slot slot : layout().slots()) {
      int start = (int) slot.offset();
      int end = start + (int) slot.shape().size();
      float[] own = Arrays.copyOfRange(gradients[1], start, end);
      if (!slot.name().startsWith(GateParameters.PREFIX)) {
        assertThat(own).as(slot.name()).isEqualTo(Arrays.copyOfRange(gradients[0], start, end));
      } else if (slot.name().matches(".*\\.(pooling_hidden|hidden|output)\\.weight")) {
        assertThat(own).as(slot.name()).isNotEqualTo(new float[own.length]);
      }
      boolean isBias = slot.name().endsWith(".output.bias");
      for (int i = 0; isBias && i < own.length; i++) {
        slope += (i % 2 == 1 ? 1 : -1) * own[i];
      }
    }
    assertThat(Math.signum(slope)).isEqualTo(Math.signum(open - (1 - gates.target())));
  }

  @Test
  void distillationIsTheDistanceToTheOpenNetwork() {
    gates = gates(FrameView.DEFAULT);
    Map<String, float[]> parameters = parameters(3);
    NDArray pruned = outputs(objective(parameters, learned(1), 0), shown(gates.target())).get(0);
    NDArray open = outputs(objective(parameters, new GateSource.Open(), 0), null).get(0);
    double distance = pruned.sub(open).square().mean().getFloat();
    double without =
        objective(parameters, learned(1), 0).backward(batch(), Double.NaN, 5, 2).total();
    double with = objective(parameters, learned(1), 7).backward(batch(), Double.NaN, 5, 2).total();
    assertThat(distance).isGreaterThan(1e-3);
    assertThat(with - without).isCloseTo(7 * distance, within(1e-3));
  }

  private static NDArray encode(
      NDManager manager, OwsmCtcModel model, NDArray frames, DecidedGates decided) {
    return model.encode(
        manager, frames, FrameMask.none(manager), prompts(), decided, decided, CostMeter.NONE);
  }

  private NDArray encode(OwsmCtcModel model, NDArray frames, DecidedGates decided) {
    return encode(manager, model, frames, decided);
  }

  private OwsmCtcModel model(Weights weights) {
    return new OwsmCtcModel(
        TinyCtc.CONFIG, weights, Kernels.load(weights.manager(), Precision.FLOAT32));
  }

  private DecidedGates decided(Weights weights, NDArray frames) {
    GatePolicy policy =
        new GateChoice.Learned(gates.contexts(), ASKED)
            .policy(TinyCtc.CONFIG, Optional.of(new GatePredictor(gates, TinyCtc.CONFIG, weights)));
    assertThat(policy.isByLayer()).isEqualTo(gates.view().scope() == Scope.LAYER);
    return policy.isByLayer()
        ? policy.layers(inputs(), CostMeter.NONE)
        : BatchGates.encoder(policy.encoder(manager, frames, inputs(), CostMeter.NONE));
  }

  private GateSource learned(double weight) {
    GateSettings.Learned settings =
        new GateSettings.Learned(
            new GateSettings.Shape(
                gates.contexts(), gates.projection(), gates.hidden(), gates.view()),
            GateSettings.Spread.NONE,
            0.2,
            new Temperature(1, 0.5, 10),
            1,
            weight,
            Measure.FLOPS,
            new Targets(gates.encoder(), gates.encoder(), gates.target(), 0, 0));
    return new GateSource.Learned(gates, settings);
  }

  private ParameterLayout layout() {
    return ParameterLayout.of(TinyCtc.CONFIG, Optional.of(gates), name -> false);
  }

  private Objective objective(
      Map<String, float[]> parameters, GateSource source, double distillation) {
    TrainingModel model =
        new TrainingModel(TinyCtc.CONFIG, Optional.of(gates), Path.of("."), parameters);
    float[] all = model.vector(layout(), true);
    return new Objective(
        manager,
        TinyCtc.CONFIG,
        layout(),
        TinyCtc.settings(distillation),
        all,
        new float[0],
        all,
        source);
  }

  private Map<String, float[]> parameters(long seed) {
    return new SpreadPredictors(gates, TinyCtc.CONFIG).parameters(seed);
  }

  private Weights weights(Map<String, float[]> parameters) {
    return new SpreadPredictors(gates, TinyCtc.CONFIG).weights(manager, parameters);
  }

  private NDArray subsample(OwsmCtcModel model) {
    int[] lengths = new int[TinyCtc.ROWS];
    Arrays.fill(lengths, TinyCtc.FRAMES);
    return model.subsample(manager, features(), lengths, prompts(), CostMeter.NONE);
  }

  private NDArray features() {
    return manager.create(
        TinyCtc.features(), new Shape(TinyCtc.ROWS, TinyCtc.FRAMES, TinyCtc.MELS));
  }

  private NDList outputs(Objective objective, GateArrays shown) {
    return objective.outputs(
        manager,
        features(),
        manager.create(TinyCtc.prefix(), new Shape(TinyCtc.ROWS, 2)),
        manager.create(TinyCtc.previous(), new Shape(TinyCtc.ROWS, 3)),
        shown);
  }

  private static List<CtcPrompt> prompts() {
    return List.of(
        new CtcPrompt(TinyCtc.ENG, TinyCtc.ASR, new int[] {TinyCtc.NA}),
        new CtcPrompt(TinyCtc.NO_LANGUAGE, TinyCtc.ST, new int[] {9, 10}),
        new CtcPrompt(TinyCtc.DEU, TinyCtc.ST, new int[] {11, 12, 13}));
  }

  private Batch batch() {
    Batch batch = TinyCtc.batch();
    return new Batch(
        batch.rows(),
        batch.features(),
        batch.mels(),
        batch.tokens(),
        batch.targets(),
        batch.ctcTargets(),
        batch.ctcLengths(),
        batch.previous(),
        shown(gates.target()));
  }

  private GateArrays shown(double target) {
    return GateArrays.of(
        gates,
        inputs(),
        Collections.nCopies(TinyCtc.ROWS, gates.contexts()),
        new double[] {target, target, target});
  }

  private static List<GateInput> inputs() {
    SplittableRandom random = new SplittableRandom(9);
    List<GateInput> inputs = new ArrayList<>();
    for (int row = 0; row < TinyCtc.ROWS; row++) {
      float[] speaker = new float[6];
      for (int i = 0; i < speaker.length; i++) {
        speaker[i] = (float) random.nextGaussian();
      }
      UtteranceContext context =
          new UtteranceContext(
              row == 1 ? null : speaker, new float[] {1, 2, row, 3}, Double.NaN, 0, 0);
      String language = row == 1 ? null : "deu";
      inputs.add(new GateInput("u" + row, language, "asr", context, 12 + row));
    }
    return inputs;
  }

  /** (modules, rows) to one list of gates for each row. */
  private static List<OpenModules> gates(NDArray gates) {
    float[] values = gates.transpose().toFloatArray();
    boolean[][] rows = new boolean[TinyCtc.ROWS][values.length / TinyCtc.ROWS];
    for (int i = 0; i < values.length; i++) {
      rows[i / rows[0].length][i % rows[0].length] = values[i] > 0.5;
    }
    return Arrays.stream(rows).map(row -> OpenModules.of(row).withExtra(REGULAR)).toList();
  }

  private static void assertClose(NDArray expected, NDArray actual) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.sub(expected).abs().max().getFloat()).isCloseTo(0f, within(2e-5f));
  }
}
