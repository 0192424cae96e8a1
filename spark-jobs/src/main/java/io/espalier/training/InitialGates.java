package io.espalier.training;

import ai.djl.ndarray.types.Shape;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Gate predictors to train from. Whatever they are shown, they first keep nearly every module open:
 * the model that they are put into stays what it was.
 */
final class InitialGates {
  /** What stretches to a logit of 3 of an open module over a closed one: 95 of 100 are open. */
  private static final float OPEN = 0.75f;

  private static final double OUTPUT_SCALE = 0.1;

  private InitialGates() {}

  /** Values of every parameter of the predictors, by name. */
  static Map<String, float[]> draw(GateConfig gates, OwsmConfig config, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Shape> shapes = GateParameters.expected(gates, config);
    Map<String, float[]> parameters = new TreeMap<>();
    shapes.forEach(
        (name, shape) -> parameters.put(name, values(name, shape, shapes, random.split())));
    return parameters;
  }

  private static float[] values(
      String name, Shape shape, Map<String, Shape> shapes, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    if (name.endsWith("_null") || name.endsWith("_norm.bias")) {
      return values;
    }
    if (name.endsWith("_norm.weight")) {
      Arrays.fill(values, 1);
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
    double scale = name.endsWith(".output.weight") ? OUTPUT_SCALE : 1;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * limit * (2 * random.nextDouble() - 1));
    }
    return values;
  }
}
