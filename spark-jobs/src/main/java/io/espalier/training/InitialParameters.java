package io.espalier.training;

import io.espalier.owsm.OwsmConfig;
import io.espalier.training.ParameterLayout.Slot;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Random parameters to train from: Xavier uniform matrices and convolutions with zero biases, layer
 * norms that change nothing, embeddings whose size does not depend on the width, and ESPnet's start
 * of the cgMLP, whose gate is open at first (weights near 0, bias 1).
 */
public final class InitialParameters {
  private static final double GATE_DEVIATION = 1e-6;

  private InitialParameters() {}

  /** Values of every parameter of the network, by name. */
  public static Map<String, float[]> draw(OwsmConfig config, long seed) {
    Map<String, float[]> parameters = new TreeMap<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (Slot slot : ParameterLayout.of(config, name -> false).slots()) {
      parameters.put(slot.name(), values(slot, random.split()));
    }
    return parameters;
  }

  private static float[] values(Slot slot, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(slot.shape().size())];
    String name = slot.name();
    long[] shape = slot.shape().getShape();
    if (name.contains(".csgu.conv.")) {
      return name.endsWith(".bias") ? filled(values, 1) : normal(values, GATE_DEVIATION, random);
    }
    if (shape.length == 1) {
      return filled(values, isNorm(name) && name.endsWith(".weight") ? 1 : 0);
    }
    if (name.startsWith("decoder.embed.")) {
      return normal(values, 1 / Math.sqrt(shape[1]), random);
    }
    long receptive = 1;
    for (int i = 2; i < shape.length; i++) {
      receptive *= shape[i];
    }
    double limit = Math.sqrt(6.0 / (receptive * (shape[0] + shape[1])));
    if (name.contains(".depthwise_conv_fusion.")) {
      // One channel at a time: what Xavier's rule takes for the outputs are independent of it.
      limit = Math.sqrt(3.0 / (2 * receptive));
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (limit * (2 * random.nextDouble() - 1));
    }
    return values;
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
