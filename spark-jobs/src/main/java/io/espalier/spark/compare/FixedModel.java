package io.espalier.spark.compare;

import io.espalier.checkpoint.Bundle;
import io.espalier.conf.UsageException;
import io.espalier.pruning.GateSet;
import io.espalier.spark.compare.CompareRecipe.Model;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model that was trained with the same modules from start to end. */
record FixedModel(String name, Model model) {
  /** What its variants say for their gates. */
  static final String GATES = "fixed";

  /** The recipe that the model is trained with: beside the bundle, with the chosen modules. */
  Path recipe() {
    Path bundle = Path.of(model.bundle());
    return bundle.resolveSibling(bundle.getFileName() + "-recipe.yaml");
  }

  /**
   * Writes a recipe that is the model's own with these modules.
   *
   * @throws UsageException if the recipe of the model has gates already
   */
  Path write(GateSet gates) throws IOException {
    Path source = model.training().orElseThrow().recipe();
    if (TrainRecipe.read(source).gates().isPresent()) {
      throw new UsageException(
          "Cannot train model %s: its recipe %s has gates, which fixed_like chooses. Remove them"
              .formatted(name, source));
    }
    Path target = recipe();
    Path directory = target.toAbsolutePath().getParent();
    // Based on the other, not a copy of it: what that is based on lies beside it, not here.
    String base = directory.relativize(source.toAbsolutePath()).toString();
    String text =
        """
        base: '%s'
        gates: {fixed: "%s"}
        """
            .formatted(base.replace("'", "''"), gates.text());
    Files.createDirectories(directory);
    return Files.writeString(target, text, StandardCharsets.UTF_8);
  }

  /**
   * The modules that the model was trained with.
   *
   * @throws UsageException if it has all modules
   */
  GateSet gates() throws IOException {
    return Bundle.open(Path.of(model.bundle()))
        .fixedGates()
        .orElseThrow(
            () ->
                new UsageException(
                    ("Cannot use model %s with gates: fixed: bundle %s has all modules. Train it"
                            + " with fixed_like")
                        .formatted(name, model.bundle())));
  }
}
