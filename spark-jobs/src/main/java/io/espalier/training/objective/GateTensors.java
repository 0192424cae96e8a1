package io.espalier.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateArrays;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.ModuleCosts;
import io.espalier.pruning.OpenModules;
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
  static GateTensors fixed(Supplier<GateSet> gates, OwsmConfig config) {
    gates.get().requireFits(config);
    return (scope, rows, shown, frames, step) -> {
      GateSet now = gates.get();
      return List.of(repeated(scope, now.encoder(), rows), repeated(scope, now.decoder(), rows));
    };
  }

  private static NDArray repeated(NDManager scope, OpenModules modules, int rows) {
    float[] values = new float[modules.count() * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = modules.isOpen(i / rows) ? 1 : 0;
    }
    return HostData.of(scope, values, new Shape(modules.count(), rows));
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
    NDArray encoder = HostData.of(manager, costs.encoderShares());
    NDArray decoder = HostData.of(manager, costs.decoderShares());
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
