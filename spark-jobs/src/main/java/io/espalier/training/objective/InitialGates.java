package io.espalier.training.objective;

import ai.djl.ndarray.types.Shape;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Gate predictors to train from. Whatever they are shown, they first keep nearly every module open:
 * the model that they are put into stays about what it was. They may tell utterances apart from the
 * beginning: as targets rise, each kind of utterance then loses other modules, and becomes used to
 * those that it keeps.
 */
public final class InitialGates {
  /** What predictors multiply their output by. */
  private static final float STRETCH = 4;

  /** A logit of 3 of an open module over a closed one: 95 of 100 are open. */
  private static final float OPEN = 3 / STRETCH;

  /** Of the output layer where it tells nothing apart. */
  private static final double OUTPUT_SCALE = 0.1;

  /** So much louder than others does the hidden layer hear what tells utterances apart. */
  private static final float LOUD = 4;

  /** Variance of what is left of a number of variance 1 when negative ones become 0. */
  private static final double RECTIFIED = 0.5 - 0.5 / Math.PI;

  private final GateConfig gates;
  private final GateSettings.Spread spread;
  private final Map<String, Shape> shapes;

  private InitialGates(GateConfig gates, OwsmConfig config, GateSettings.Spread spread) {
    this.gates = gates;
    this.spread = spread;
    this.shapes = GateParameters.expected(gates, config);
  }

  /** Values of every parameter of the predictors, by name. */
  public static Map<String, float[]> draw(
      GateConfig gates, OwsmConfig config, GateSettings.Spread spread, long seed) {
    InitialGates initial = new InitialGates(gates, config, spread);
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> parameters = new TreeMap<>();
    initial.shapes.forEach(
        (name, shape) -> parameters.put(name, initial.values(name, shape, random.split())));
    return parameters;
  }

  private float[] values(String name, Shape shape, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    if (name.endsWith("_null") || name.endsWith("_norm.bias")) {
      return values;
    }
    if (name.endsWith("_norm.weight")) {
      Arrays.fill(values, isLoud(name) ? LOUD : 1);
      return values;
    }
    if (name.endsWith(".output.bias")) {
      for (int i = 1; i < values.length; i += 2) {
        values[i] = OPEN;
      }
      return values;
    }
    Shape weight = shapes.get(name.replaceAll("\\.bias$", ".weight"));
    double limit = 1 / Math.sqrt((double) weight.get(1));
    boolean isOutput = name.endsWith(".output.weight");
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((isOutput ? OUTPUT_SCALE : 1) * limit * (2 * random.nextDouble() - 1));
    }
    if (isOutput && spread.logits() > 0) {
      long inputs = shapes.get(name.replace(".output.", ".hidden.")).get(1);
      tellApart(values, (int) weight.get(1), inputs, random);
    }
    return values;
  }

  private boolean isLoud(String name) {
    return spread.contexts().stream()
        .map(ContextKind::key)
        .anyMatch(key -> name.endsWith("." + key + "_norm.weight"));
  }

  /**
   * Draws the output layer's weights on hidden units anew. Those of each logit add up to 0: what
   * hidden units do for every utterance alike opens and closes nothing.
   */
  private void tellApart(float[] values, int columns, long inputs, SplittableRandom random) {
    int hidden = columns - 1;
    double heard = spread.contexts().size() * gates.projection() * LOUD * LOUD / (3.0 * inputs);
    double unit = STRETCH * Math.sqrt(2 * hidden * RECTIFIED * heard);
    double limit = Math.sqrt(3) * spread.logits() / unit;
    for (int row = 0; row < values.length; row += columns) {
      double sum = 0;
      for (int i = row; i < row + hidden; i++) {
        values[i] = (float) (limit * (2 * random.nextDouble() - 1));
        sum += values[i];
      }
      for (int i = row; i < row + hidden; i++) {
        values[i] -= (float) (sum / hidden);
      }
    }
  }
}
