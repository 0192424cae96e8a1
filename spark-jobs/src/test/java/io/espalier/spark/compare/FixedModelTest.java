package io.espalier.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.files.Utf8Text;
import io.espalier.pruning.GateSet;
import io.espalier.spark.compare.CompareRecipe.Model;
import io.espalier.spark.compare.CompareRecipe.Training;
import io.espalier.training.objective.GateSettings;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FixedModelTest {
  private static final GateSet GATES = GateSet.parse("1011/110");

  @TempDir private Path directory;

  @Test
  void theRecipeBesideTheBundleHasTheChosenGates() throws IOException {
    Path source = recipe("");
    FixedModel model = model(source);
    assertThat(model.write(GATES)).isEqualTo(directory.resolve("run/bundle-recipe.yaml"));
    assertThat(TrainRecipe.read(model.recipe()).gates()).contains(new GateSettings.Fixed(GATES));
    assertThat(TrainRecipe.read(model.recipe()).schedule())
        .isEqualTo(TrainRecipe.read(source).schedule());
  }

  @Test
  void aRecipeThatIsBasedOnAnotherFindsItsBase() throws IOException {
    Path source = recipe("");
    Path based =
        Files.writeString(
            Files.createDirectory(directory.resolve("it's one")).resolve("based.yaml"),
            "{base: ../recipe.yaml, seed: 77}");
    FixedModel model = model(based);
    model.write(GATES);
    TrainRecipe read = TrainRecipe.read(model.recipe());
    assertThat(read.seed()).isEqualTo(77);
    assertThat(read.schedule()).isEqualTo(TrainRecipe.read(source).schedule());
    assertThat(read.gates()).contains(new GateSettings.Fixed(GATES));
  }

  @Test
  void aBundleWithAllModulesHasNoFixedGates() {
    Path demo = Path.of("src", "main", "demo", "bundle");
    FixedModel model = new FixedModel("gated", new Model(demo.toString(), Optional.empty()));
    assertThatThrownBy(model::gates)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot use model gated with gates: fixed")
        .hasMessageContaining("has all modules");
  }

  @Test
  void aRecipeThatHasGatesIsNotGivenOthers() throws IOException {
    FixedModel model = model(recipe("gates: {fixed: \"1111/111\"}\n"));
    assertThatThrownBy(() -> model.write(GATES))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has gates, which fixed_like chooses. Remove them");
  }

  private FixedModel model(Path recipe) {
    Training training =
        new Training(
            recipe,
            "start",
            "train",
            "valid",
            Optional.empty(),
            Optional.empty(),
            Optional.of("all"),
            OptionalInt.empty());
    return new FixedModel(
        "fixed", new Model(directory.resolve("run/bundle").toString(), Optional.of(training)));
  }

  /** The recipe of the shipped dense model, with more at its end. */
  private Path recipe(String more) throws IOException {
    String text = Utf8Text.read(Path.of("..", "conf", "recipes", "demo-dense.yaml"));
    return Files.writeString(directory.resolve("recipe.yaml"), text + more);
  }
}
