package io.espalier.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The front end against ESPnet's; log-mel cannot be held tighter than its own float32 noise. */
class LogMelParityTest {
  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyStageMatches(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      LogMel logMel = reference.model().logMel();
      for (String name : reference.singleTensorFiles()) {
        Tensors golden = reference.golden(scope, name);
        NDArray power = logMel.power(scope, golden.get("speech"));
        golden.assertClose("stft_power", power);
        golden.assertClose("logmel", logMel.logMel(scope, power), 5e-3, 2e-5);
        golden.assertClose("feats_norm", logMel.forward(scope, golden.get("speech")), 1e-3, 1e-5);
      }
    }
  }
}
