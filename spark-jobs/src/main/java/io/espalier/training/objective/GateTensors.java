package io.espalier.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.FixedGates;
import io.espalier.pruning.GateArrays;
import io.espalier.pruning.GateBits;
import io.espalier.pruning.ModuleCosts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The arrays that a training step is given for its gates. */
@FunctionalInterface
interface GateTensors {
  /**
   * Arrays in the order of {@link GateSource#types}.
   *
   * @param shown what gate predictors look at; null without predictors
   * @param frames of the padded batch behind the subsampling
   * @param step counts from 1
   */
  List<NDArray> arrays(NDManager scope, int rows, GateArrays shown, int frames, long step);

  /** Nothing. */
  static GateTensors none() {
    return (scope, rows, shown, frames, step) -> List.of();
  }

  /** The same gates for all rows. */
  static GateTensors fixed(Supplier<String> bits, OwsmConfig config) {
    // Refuses bits that do not fit.
    FixedGates.parse(bits.get(), config);
    return (scope, rows, shown, frames, step) -> {
      String[] parts = bits.get().split("/", -1);
      return List.of(
          repeated(scope, GateBits.parse(parts[0]), rows),
          repeated(scope, GateBits.parse(parts[1]), rows));
    };
  }

  private static NDArray repeated(NDManager scope, boolean[] gates, int rows) {
    float[] values = new float[gates.length * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = gates[i / rows] ? 1 : 0;
    }
    return HostData.of(scope, values, new Shape(gates.length, rows));
  }

  /**
   * What predictors need.
   *
   * @param manager owns what is the same for all steps
   */
  static GateTensors learned(NDManager manager, GateSettings.Learned settings, OwsmConfig config) {
    ModuleCosts costs =
        settings.measure() == GateSettings.Measure.FLOPS
            ? ModuleCosts.flops(config)
            : ModuleCosts.equal(config);
    NDArray encoder = manager.create(costs.encoderShares());
    NDArray decoder = manager.create(costs.decoderShares());
    return (scope, rows, shown, frames, step) -> {
      List<NDArray> arrays = new ArrayList<>(List.of(shown.arrays(scope, frames)));
      arrays.add(HostData.of(scope, (float) settings.temperature().at(step)));
      arrays.add(HostData.of(scope, step <= settings.sampledSteps() ? 1f : 0f));
      arrays.add(HostData.of(scope, (float) settings.weight()));
      arrays.add(encoder);
      arrays.add(decoder);
      return arrays;
    };
  }
}
