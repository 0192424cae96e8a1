package io.espalier.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.espalier.ReferenceCtc;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The network of an OWSM-CTC's training step against ESPnet's own outputs. */
class CtcObjectiveParityTest {
  @TempDir private Path directory;

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmCtc();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theTrainingNetworkIsTheReferenceNetwork(ReferenceSet set) throws IOException {
    try (ReferenceCtc reference = ReferenceCtc.open(set);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      CtcStep step = CtcStep.of(set, directory);
      Objective objective = step.objective(manager);
      for (String name : reference.singleUtterances()) {
        NDArray features =
            reference.golden(manager, "tensors_" + name + "_na.npz").get("feats_norm");
        for (String kind : List.of("_na.npz", "_prev.npz")) {
          Tensors golden = reference.golden(manager, "tensors_" + name + kind);
          NDList outputs =
              objective.outputs(
                  manager, features, golden.get("prefix"), golden.get("text_prev"), null);
          golden.assertClose("encoder_out", outputs.get(0));
          golden.assertClose("ctc_logprobs", outputs.get(1));
          List<Integer> layers = step.config().ctcOnly().orElseThrow().training().layers();
          for (int i = 0; i < layers.size(); i++) {
            golden.assertClose("interctc_logprobs_" + (layers.get(i) + 1), outputs.get(2).get(i));
          }
        }
      }
    }
  }
}
