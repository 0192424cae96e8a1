package io.espalier.training.objective;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import io.espalier.checkpoint.Bundle;
import io.espalier.training.TinyRun;
import io.espalier.training.TrainingModel;
import io.espalier.training.objective.ObjectiveSettings.CtcFirst;
import io.espalier.training.objective.ObjectiveSettings.Distillation;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The network of the training step against ESPnet's own outputs. */
class ObjectiveParityTest {
  @TempDir private Path directory;

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theTrainingNetworkIsTheReferenceNetwork(ReferenceSet set) {
    check(set, name -> false);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void frozenParametersMakeNoDifference(ReferenceSet set) {
    check(set, name -> name.startsWith("encoder.") || name.endsWith(".bias"));
  }

  private void check(ReferenceSet set, Predicate<String> frozen) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Objective objective = objective(manager, set, frozen);
      for (String name : reference.singleTensorFiles()) {
        Tensors golden = reference.golden(manager, name);
        NDList outputs =
            objective.outputs(manager, golden.get("feats_norm"), golden.get("dec_prefix"), null);
        golden.assertClose("encoder_out", outputs.get(0));
        golden.assertClose("ctc_logprobs", outputs.get(1));
        golden.assertClose("dec_logprobs", outputs.get(2));
      }
    }
  }

  private Objective objective(NDManager manager, ReferenceSet set, Predicate<String> frozen) {
    Bundle bundle = set.importTo(directory.resolve("bundle"));
    try {
      TrainingModel model =
          TrainingModel.of(
              TinyRun.recipe(), bundle, null, Files.createDirectories(directory.resolve("model")));
      ParameterLayout layout = ParameterLayout.of(bundle.config(), Optional.empty(), frozen);
      ObjectiveSettings settings =
          new ObjectiveSettings(
              0.3, CtcFirst.NONE, 0.1, 0.1, 0.1, Distillation.NONE, Precision.FLOAT32);
      return new Objective(
          manager,
          bundle.config(),
          layout,
          settings,
          model.vector(layout, true),
          model.vector(layout, false),
          new float[0],
          new GateSource.Open());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
