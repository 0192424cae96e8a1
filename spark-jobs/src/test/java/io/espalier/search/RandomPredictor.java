package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.GatePredictor;
import io.espalier.pruning.SparsityRange;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Gate predictors of random weights, whose choices are about even. */
final class RandomPredictor {
  private RandomPredictor() {}

  static GatePredictor of(
      NDManager manager,
      OwsmConfig config,
      List<String> languages,
      List<String> tasks,
      FrameView view,
      long seed) {
    GateConfig gates =
        new GateConfig(
            EnumSet.allOf(ContextKind.class),
            6,
            4,
            languages,
            tasks,
            8,
            32,
            new SparsityRange(0, 0.7),
            new SparsityRange(0, 0.7),
            0.4,
            view);
    Random random = new Random(seed);
    Map<String, NDArray> weights = new HashMap<>();
    GateParameters.expected(gates, config)
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) shape.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
              }
              weights.put(name, manager.create(values, new Shape(shape.getShape())));
            });
    return new GatePredictor(gates, config, new Weights(manager, weights));
  }
}
