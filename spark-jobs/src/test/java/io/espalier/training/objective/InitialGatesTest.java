package io.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.conf.UsageException;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.SparsityRange;
import io.espalier.training.TinyModel;
import io.espalier.training.objective.GateSettings.Spread;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The first logits of the encoder's predictor, computed here from its parameters. */
class InitialGatesTest {
  private static final SparsityRange RANGE = new SparsityRange(0, 1);
  private static final int PROJECTION = 32;
  private static final int HIDDEN = 128;
  private static final int LANGUAGES = 40;
  private static final GateConfig GATES =
      new GateConfig(
          EnumSet.of(ContextKind.LANGUAGE),
          0,
          0,
          IntStream.range(0, LANGUAGES).mapToObj(i -> "l" + i).toList(),
          List.of("asr"),
          PROJECTION,
          HIDDEN,
          RANGE,
          RANGE,
          0.5);

  private static final GateConfig BY_LAYER =
      new GateConfig(
          GATES.contexts(),
          0,
          0,
          GATES.languages(),
          GATES.tasks(),
          PROJECTION,
          HIDDEN,
          RANGE,
          RANGE,
          0.5,
          new FrameView(FrameView.Pooling.STATISTICS, 0, FrameView.Scope.LAYER));

  @Test
  void modulesBeginOpenAndUtterancesAlike() {
    Facts facts = facts(Spread.NONE);
    assertThat(facts.mean()).isCloseTo(3, within(0.1));
    assertThat(facts.deviation()).isLessThan(0.1);
  }

  @Test
  void utterancesAreSetApartAsFarAsAsked() {
    for (double asked : new double[] {0.5, 2}) {
      Facts facts = facts(new Spread(Set.of(ContextKind.LANGUAGE), asked));
      assertThat(facts.mean()).isCloseTo(3, within(0.1 * asked));
      assertThat(facts.deviation()).isCloseTo(asked, within(0.25 * asked));
    }
  }

  @Test
  void eachLayersPredictorBeginsLikeThatOfTheStack() {
    for (int layer = 0; layer < TinyModel.CONFIG.encoder().numBlocks(); layer++) {
      String name = "gates.encoder." + layer;
      Facts alike = facts(BY_LAYER, name, Spread.NONE);
      // A layer has four modules: their mean varies more than that of the whole stack.
      assertThat(alike.mean()).isCloseTo(3, within(0.4));
      assertThat(alike.deviation()).isLessThan(0.2);
      Facts apart = facts(BY_LAYER, name, new Spread(Set.of(ContextKind.LANGUAGE), 2));
      assertThat(apart.mean()).isCloseTo(3, within(0.6));
      assertThat(apart.deviation()).isCloseTo(2, within(0.8));
    }
  }

  @Test
  void aSpreadNeedsContextsThatPredictorsLookAt() {
    assertThatThrownBy(() -> new Spread(Set.of(), 1))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("gates.spread.contexts: none");
    assertThatThrownBy(
            () ->
                new GateSettings.Learned(
                    new GateSettings.Shape(GATES.contexts(), PROJECTION, HIDDEN),
                    new Spread(Set.of(ContextKind.TASK), 1),
                    0,
                    new GateSettings.Temperature(1, 1, 1),
                    1,
                    1,
                    GateSettings.Measure.FLOPS,
                    new GateSettings.Targets(RANGE, RANGE, 0.5, 0, 0)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("[task], must be from gates.contexts, which are [language]");
  }

  /** Over all modules: the mean logit, and how far the same module's differ by language. */
  private record Facts(double mean, double deviation) {}

  private static Facts facts(Spread spread) {
    return facts(GATES, "gates.encoder", spread);
  }

  private static Facts facts(GateConfig gates, String predictor, Spread spread) {
    Map<String, float[]> values = new HashMap<>();
    InitialGates.draw(gates, TinyModel.CONFIG, spread, 7)
        .forEach((name, value) -> values.put(name.replace(predictor, "gates.encoder"), value));
    float[] pooled = normalized(new SplittableRandom(3).doubles(2L * width(values)).toArray(), 1);
    double[][] logits = new double[LANGUAGES][];
    for (int language = 0; language < LANGUAGES; language++) {
      logits[language] = logits(values, pooled, language);
    }
    int modules = logits[0].length;
    double sum = 0;
    double squares = 0;
    for (int module = 0; module < modules; module++) {
      int column = module;
      double mean = Arrays.stream(logits).mapToDouble(row -> row[column]).average().orElseThrow();
      sum += mean;
      squares +=
          Arrays.stream(logits)
              .mapToDouble(row -> (row[column] - mean) * (row[column] - mean))
              .average()
              .orElseThrow();
    }
    return new Facts(sum / modules, Math.sqrt(squares / modules));
  }

  private static int width(Map<String, float[]> values) {
    return values.get("gates.encoder.pooled_norm.weight").length / 2;
  }

  /** In the middle of the targets, where what is asked for moves no logit. */
  private static double[] logits(Map<String, float[]> values, float[] pooled, int language) {
    float[] table = values.get("gates.encoder.language.weight");
    double[] row = new double[PROJECTION];
    for (int i = 0; i < PROJECTION; i++) {
      row[i] = table[language * PROJECTION + i];
    }
    float[] context = normalized(row, values.get("gates.encoder.language_norm.weight")[0]);
    float[] inputs = Arrays.copyOf(pooled, pooled.length + PROJECTION + 1);
    System.arraycopy(context, 0, inputs, pooled.length, PROJECTION);
    double[] hidden = linear(values, "gates.encoder.hidden", inputs);
    float[] rectified = new float[HIDDEN + 1];
    for (int i = 0; i < HIDDEN; i++) {
      rectified[i] = (float) Math.max(0, hidden[i]);
    }
    double[] outputs = linear(values, "gates.encoder.output", rectified);
    double[] logits = new double[outputs.length / 2];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = 4 * (outputs[2 * i + 1] - outputs[2 * i]);
    }
    return logits;
  }

  private static float[] normalized(double[] values, float gain) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) (gain * (values[i] - mean) / deviation);
    }
    return result;
  }

  private static double[] linear(Map<String, float[]> values, String name, float[] inputs) {
    float[] weight = values.get(name + ".weight");
    float[] bias = values.get(name + ".bias");
    double[] outputs = new double[bias.length];
    for (int row = 0; row < outputs.length; row++) {
      outputs[row] = bias[row];
      for (int i = 0; i < inputs.length; i++) {
        outputs[row] += weight[row * inputs.length + i] * inputs[i];
      }
    }
    return outputs;
  }
}
