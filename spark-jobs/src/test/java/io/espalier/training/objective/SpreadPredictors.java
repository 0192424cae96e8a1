package io.espalier.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Gated models whose predictors' choices are spread: about half of the modules are open. */
record SpreadPredictors(GateConfig gates, OwsmConfig model) {
  /** Random parameters by name. */
  Map<String, float[]> parameters(long seed) {
    Map<String, float[]> all = new HashMap<>(InitialParameters.draw(model, seed));
    all.putAll(InitialGates.draw(gates, model, GateSettings.Spread.NONE, seed));
    SplittableRandom random = new SplittableRandom(seed);
    all.forEach(
        (name, values) -> {
          if (name.endsWith(".output.bias") && name.startsWith(GateParameters.PREFIX)) {
            for (int i = 0; i < values.length; i++) {
              values[i] = (float) (random.nextDouble() - 0.5) * 0.2f;
            }
          }
        });
    return all;
  }

  /** The same for the code that decodes, with features that stay as they are. */
  Weights weights(NDManager manager, Map<String, float[]> parameters) {
    Map<String, Shape> shapes = new HashMap<>(OwsmParameters.expected(model));
    shapes.putAll(GateParameters.expected(gates, model));
    Map<String, NDArray> arrays = new HashMap<>();
    parameters.forEach(
        (name, values) -> arrays.put(name, HostData.of(manager, values, shapes.get(name))));
    Shape mels = new Shape(model.frontend().nMels());
    arrays.put(OwsmParameters.MEAN, manager.zeros(mels));
    arrays.put(OwsmParameters.STD, manager.ones(mels));
    return new Weights(manager, arrays);
  }
}
