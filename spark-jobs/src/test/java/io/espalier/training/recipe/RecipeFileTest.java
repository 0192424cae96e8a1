package io.espalier.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.pruning.FrameView.Pooling;
import io.espalier.pruning.FrameView.Scope;
import io.espalier.training.TinyRun;
import io.espalier.training.encoder.EncoderRecipe;
import io.espalier.training.objective.GateSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes that are based on others. */
class RecipeFileTest {
  private static final Path RECIPES = Path.of("../conf/recipes");
  private static final String GATES =
      """
      gates:
        contexts: [language]
        projection: 4
        hidden: 8
        context_dropout: 0.3
        temperature: {first: 2, last: 1, steps: 4}
        sparsity: {weight: 1, measure: modules}
        targets: {encoder: [0.1, 0.5], decoder: [0, 0.3], asked: 0.3, curriculum: 2}
      """;

  @TempDir private Path directory;
  private Path base;

  @BeforeEach
  void writeBase() throws IOException {
    base = write("base.yaml", TinyRun.RECIPE + GATES);
  }

  private Path write(String name, String yaml) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, yaml);
  }

  @Test
  void ownKeysWinAndMappingsAreMerged() throws IOException {
    Path file =
        write(
            "own.yaml",
            """
            base: base.yaml
            name: own
            gates: {pooling: attentive, pooling_hidden: 6, scope: layer, targets: {asked: 0.2}}
            schedule: {batch_sizes: [3]}
            """);
    TrainRecipe own = TrainRecipe.read(file);
    TrainRecipe other = TrainRecipe.read(base);
    assertThat(own.name()).isEqualTo("own");
    assertThat(own.seed()).isEqualTo(other.seed());
    assertThat(own.schedule().batchSizes()).containsExactly(3);
    assertThat(own.schedule().maxSteps()).isEqualTo(other.schedule().maxSteps());
    GateSettings.Learned gates = (GateSettings.Learned) own.gates().orElseThrow();
    assertThat(gates.shape().view().pooling()).isEqualTo(Pooling.ATTENTIVE);
    assertThat(gates.shape().view().scope()).isEqualTo(Scope.LAYER);
    assertThat(gates.shape().hidden()).isEqualTo(8);
    assertThat(gates.targets().asked()).isEqualTo(0.2);
    assertThat(gates.targets().encoder().high()).isEqualTo(0.5);
    assertThat(((GateSettings.Learned) other.gates().orElseThrow()).targets().asked())
        .isEqualTo(0.3);
  }

  @Test
  void aMappingWithoutBaseIsNotMergedAndANullLeavesOut() throws IOException {
    Path fixed = write("fixed.yaml", "base: base.yaml\ngates: {base: none, fixed: 11111111/111}\n");
    assertThat(TrainRecipe.read(fixed).gates()).containsInstanceOf(GateSettings.Fixed.class);
    Path dense = write("dense.yaml", "base: base.yaml\ngates:\n");
    assertThat(TrainRecipe.read(dense).gates()).isEmpty();
    Path rate =
        write(
            "rate.yaml",
            "base: base.yaml\nlearning_rate: {peak: null, warmup: null, steps: [0, 9], rates: [0,"
                + " 1]}\n");
    assertThat(TrainRecipe.read(rate).learningRate().at(9)).isEqualTo(1);
  }

  @Test
  void basesHaveBasesAndAreFoundBesideTheirFile() throws IOException {
    write("more/middle.yaml", "base: ../base.yaml\nname: middle\nseed: 8\n");
    Path top = write("top.yaml", "base: more/middle.yaml\nname: top\n");
    TrainRecipe recipe = TrainRecipe.read(top);
    assertThat(recipe.name()).isEqualTo("top");
    assertThat(recipe.seed()).isEqualTo(8);
    assertThat(recipe.gates()).isPresent();
  }

  @Test
  void mistakesAreNamedWithTheFileThatTheyAreIn() throws IOException {
    Files.writeString(base, Files.readString(base).replace("hidden: 8", "hidden: no"));
    Path middle = write("middle.yaml", "base: base.yaml\ngates: {scope: all, hiden: 3}\n");
    Path top = write("top.yaml", "base: middle.yaml\ngates: {pooling: some, projection: 0}\n");
    assertThatThrownBy(() -> TrainRecipe.read(top))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot read %s, problems: 5".formatted(top),
                "  gates.projection must be a whole number of at least 1, found 0",
                "  gates.hidden must be a whole number of at least 1, found false (in %s)"
                    .formatted(base),
                "  gates.pooling must be one of statistics, attentive, found some",
                "  gates.scope must be one of stack, layer, found all (in %s)".formatted(middle),
                "  gates.hiden is not known, the nearest known key is gates.hidden (in %s)"
                    .formatted(middle)));
    write("middle.yaml", "base: base.yaml\ngates: [\n");
    assertThatThrownBy(() -> TrainRecipe.read(top))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot read %s: ".formatted(middle));
  }

  @Test
  void whatIsNoBaseIsRefusedInOneSentence() throws IOException {
    Path top = write("top.yaml", "base: [base.yaml]\n");
    assertThatThrownBy(() -> RecipeFile.read(top))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot read %s: base must be the name of a file, found [base.yaml]", top);
    write("top.yaml", "base: absent.yaml\n");
    assertThatThrownBy(() -> RecipeFile.read(top))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read %s: its base %s is not a file", top, directory.resolve("absent.yaml"));
  }

  @Test
  void aBaseThatCannotBeAFileIsShownInShort() throws IOException {
    Path odd = write("odd.yaml", "base: \"a\\0b\"\n");
    assertThatThrownBy(() -> RecipeFile.read(odd))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot read %s: its base a\\u0000b is not a file", odd);
    Path endless = write("endless.yaml", "base: " + "x".repeat(100_000) + "\n");
    assertThatThrownBy(() -> RecipeFile.read(endless))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("xxx... (")
        .hasMessageMatching("(?s).{10,1000}");
  }

  @Test
  void cyclesAreRefused() throws IOException {
    Path one = write("one.yaml", "base: two.yaml\n");
    Path two = write("two.yaml", "base: ./one.yaml\n");
    assertThatThrownBy(() -> RecipeFile.read(one))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot read %s: it is based on itself (%s -> %s -> %s)", one, one, two, one);
    Path self = write("self.yaml", "base: self.yaml\n");
    assertThatThrownBy(() -> EncoderRecipe.isOne(self))
        .hasMessage("Cannot read %s: it is based on itself (%s -> %s)", self, self, self);
  }

  @Test
  void filesWithoutBaseAreTakenAsTheyAre() throws IOException {
    Path file = write("plain.yaml", "a: {base: none, b: null}\n");
    Fields fields = RecipeFile.read(file);
    assertThat(fields.map("a")).isEqualTo(mapWithNull());
  }

  private static Map<String, Object> mapWithNull() {
    Map<String, Object> map = new HashMap<>();
    map.put("base", "none");
    map.put("b", null);
    return map;
  }

  @Test
  void theDemosPredictorsDifferInNothingButWhatTheySee() throws IOException {
    TrainRecipe usual = TrainRecipe.read(RECIPES.resolve("demo-gates.yaml"));
    for (String name : List.of("attentive", "layer")) {
      TrainRecipe other = TrainRecipe.read(RECIPES.resolve("demo-gates-" + name + ".yaml"));
      assertThat(other.name()).isEqualTo(usual.name() + "-" + name);
      assertThat(other)
          .usingRecursiveComparison()
          .ignoringFields("name", "gates.value.shape.view")
          .isEqualTo(usual);
      GateSettings.Learned gates = (GateSettings.Learned) other.gates().orElseThrow();
      assertThat(gates.shape().view().pooling())
          .isEqualTo(name.equals("attentive") ? Pooling.ATTENTIVE : Pooling.STATISTICS);
      assertThat(gates.shape().view().scope())
          .isEqualTo(name.equals("layer") ? Scope.LAYER : Scope.STACK);
    }
  }
}
