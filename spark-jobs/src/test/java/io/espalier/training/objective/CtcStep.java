package io.espalier.training.objective;

import ai.djl.ndarray.NDManager;
import io.espalier.ReferenceSet;
import io.espalier.checkpoint.Bundle;
import io.espalier.owsm.OwsmConfig;
import io.espalier.training.TinyCtcRun;
import io.espalier.training.TrainingModel;
import io.espalier.training.objective.ObjectiveSettings.Distillation;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The training step of a reference set's OWSM-CTC, without dropout. */
record CtcStep(TrainingModel model, OwsmConfig config) {
  static CtcStep of(ReferenceSet set, Path directory) throws IOException {
    Bundle bundle = set.importTo(directory.resolve("bundle"));
    Path own = Files.createDirectories(directory.resolve("model"));
    TrainingModel model = TrainingModel.of(TinyCtcRun.recipe(), bundle, null, own);
    return new CtcStep(model, bundle.config());
  }

  /** The same parameters, trained on something else. */
  CtcStep with(OwsmConfig.CtcTraining training) {
    OwsmConfig.CtcOnly shape = config.ctcOnly().orElseThrow();
    OwsmConfig.CtcOnly other =
        new OwsmConfig.CtcOnly(
            shape.promptSize(),
            shape.promptHeads(),
            shape.promptLinearUnits(),
            shape.promptBlocks(),
            shape.crossAttention(),
            shape.conditioned(),
            training);
    return new CtcStep(
        model,
        new OwsmConfig(
            config.frontend(),
            config.encoder(),
            config.decoder(),
            Optional.of(other),
            config.tokens(),
            config.globalMvn(),
            config.speechLengthS(),
            config.speechResolutionS()));
  }

  ParameterLayout layout() {
    return ParameterLayout.of(config, Optional.empty(), name -> false);
  }

  Objective objective(NDManager manager) {
    double weight = config.ctcOnly().orElseThrow().training().weight();
    return new Objective(
        manager,
        config,
        layout(),
        ObjectiveSettings.ctc(weight, 0, 0, Distillation.NONE, Precision.FLOAT32),
        model.vector(layout(), true),
        new float[0],
        new float[0],
        new GateSource.Open());
  }
}
