package io.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.ClosedModules;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.OpenModules;
import io.espalier.training.TinyCtc;
import io.espalier.training.TinyModel;
import io.espalier.training.data.Batch;
import io.espalier.training.objective.ObjectiveSettings.CtcFirst;
import io.espalier.training.objective.ObjectiveSettings.Distillation;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import io.espalier.training.optimizer.LongVectors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step leaves out what is closed for its whole batch. */
class LeanStepTest {
  private static final int SETS = 3;

  private NDManager manager;

  /** A small model with a batch. */
  private record Case(OwsmConfig config, Batch batch, ObjectiveSettings settings) {
    @Override
    public String toString() {
      return config.ctcOnly().isPresent() ? "OWSM-CTC" : "encoder-decoder";
    }
  }

  static List<Case> cases() {
    ObjectiveSettings settings =
        new ObjectiveSettings(0.3, CtcFirst.NONE, 0.1, 0, 0, Distillation.NONE, Precision.FLOAT32);
    return List.of(
        new Case(TinyModel.CONFIG, TinyModel.batch(), settings),
        new Case(TinyCtc.CONFIG, TinyCtc.batch(), TinyCtc.settings(0)));
  }

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager("PyTorch");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Numbers that are none would spread to all losses and gradients if anything read them. */
  @ParameterizedTest
  @MethodSource("cases")
  void closedModulesAreNotComputed(Case model) {
    SplittableRandom random = new SplittableRandom(3);
    for (int set = 0; set < SETS; set++) {
      GateSet gates = gates(model.config(), random);
      float[] none = parameters(model.config(), gates, Float.NaN);
      float[] zero = parameters(model.config(), gates, 0);
      Objective lean = objective(model, none, new GateSource.Fixed(() -> gates));
      Objective whole = objective(model, zero, new GateSource.Open());
      double expected = whole.backward(model.batch(), 0.3, 1, 1).total();
      assertThat(lean.backward(model.batch(), 0.3, 1, 1).total())
          .as(gates.text())
          .isCloseTo(expected, within(1e-4));
      assertThat(lean.evaluate(model.batch(), 0.3).total()).isCloseTo(expected, within(1e-4));
      assertGradients(model.config(), gates, gradient(lean), gradient(whole));
    }
  }

  private static void assertGradients(
      OwsmConfig config, GateSet gates, float[] actual, float[] expected) {
    Set<String> closed = ClosedModules.parameters(config, Optional.of(gates));
    for (ParameterLayout.Slot slot : layout(config).slots()) {
      float[] own = part(actual, slot);
      if (closed.contains(slot.name())) {
        assertThat(own).as(slot.name()).containsOnly(0);
      } else {
        assertThat(own).as(slot.name()).containsExactly(part(expected, slot), within(1e-3f));
      }
    }
  }

  private static GateSet gates(OwsmConfig config, SplittableRandom random) {
    int regular = GateParameters.regularModules(config);
    OpenModules encoder = modules(regular, random);
    int crossed = config.crossAttention().size();
    boolean[] cross = new boolean[crossed];
    for (int i = 0; i < crossed; i++) {
      cross[i] = random.nextBoolean();
    }
    String extra = crossed == 0 ? "" : "+" + OpenModules.of(cross).text();
    String decoder = modules(GateParameters.decoderModules(config), random).text();
    return GateSet.parse(encoder.text() + extra + "/" + decoder).requireFits(config);
  }

  private static OpenModules modules(int count, SplittableRandom random) {
    boolean[] open = new boolean[count];
    for (int i = 0; i < count; i++) {
      open[i] = random.nextBoolean();
    }
    return OpenModules.of(open);
  }

  private static float[] parameters(OwsmConfig config, GateSet gates, float closed) {
    Map<String, float[]> drawn = InitialParameters.draw(config, 11);
    ClosedModules.parameters(config, Optional.of(gates))
        .forEach(name -> Arrays.fill(drawn.get(name), closed));
    float[] all = new float[(int) layout(config).trainedSize()];
    for (ParameterLayout.Slot slot : layout(config).slots()) {
      float[] values = drawn.get(slot.name());
      System.arraycopy(values, 0, all, (int) slot.offset(), values.length);
    }
    return all;
  }

  private Objective objective(Case model, float[] parameters, GateSource gates) {
    return new Objective(
        manager,
        model.config(),
        layout(model.config()),
        model.settings(),
        parameters,
        new float[0],
        parameters,
        gates);
  }

  private static ParameterLayout layout(OwsmConfig config) {
    return ParameterLayout.of(config, Optional.empty(), name -> false);
  }

  private static float[] gradient(Objective objective) {
    return LongVectors.read(objective.trained().getGradient());
  }

  private static float[] part(float[] all, ParameterLayout.Slot slot) {
    int start = (int) slot.offset();
    return Arrays.copyOfRange(all, start, start + (int) slot.shape().size());
  }
}
