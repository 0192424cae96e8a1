package io.espalier.training.objective;

import ai.djl.ndarray.types.Shape;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import io.espalier.training.objective.ParameterLayout.Slot;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Random parameters to train from, as PyTorch draws them: weights and biases uniform within one
 * over the root of a layer's inputs, layer norms that change nothing; embeddings whose size does
 * not depend on the width; and ESPnet's start of the cgMLP, whose gate is open at first (weights
 * near 0, bias 1).
 */
public final class InitialParameters {
  private static final double GATE_DEVIATION = 1e-6;

  private InitialParameters() {}

  /** Values of every parameter of the network, by name. */
  public static Map<String, float[]> draw(OwsmConfig config, long seed) {
    Map<String, float[]> parameters = new TreeMap<>();
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Shape> shapes = OwsmParameters.expected(config);
    for (Slot slot : ParameterLayout.of(config, Optional.empty(), name -> false).slots()) {
      parameters.put(slot.name(), values(slot, shapes, random.split()));
    }
    return parameters;
  }

  private static float[] values(Slot slot, Map<String, Shape> shapes, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(slot.shape().size())];
    String name = slot.name();
    boolean bias = name.endsWith(".bias");
    if (isNorm(name)) {
      return filled(values, bias ? 0 : 1);
    }
    if (name.contains(".csgu.conv.")) {
      return bias ? filled(values, 1) : normal(values, GATE_DEVIATION, random);
    }
    if (name.startsWith("decoder.embed.") || name.equals("embed.weight")) {
      return normal(values, 1 / Math.sqrt((double) slot.shape().get(1)), random);
    }
    String weight = name.replaceAll("\\.bias$", ".weight");
    double limit = 1 / Math.sqrt((double) inputs(shapes.get(weight)));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (limit * (2 * random.nextDouble() - 1));
    }
    return values;
  }

  /** Numbers that one output of a layer is the weighted sum of. */
  private static long inputs(Shape weight) {
    return weight.size() / weight.get(0);
  }

  private static boolean isNorm(String name) {
    return name.matches(".*norm[0-9a-z_]*\\.(weight|bias)");
  }

  private static float[] filled(float[] values, float value) {
    Arrays.fill(values, value);
    return values;
  }

  private static float[] normal(float[] values, double deviation, SplittableRandom random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}
