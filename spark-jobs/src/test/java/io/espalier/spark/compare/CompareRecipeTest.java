package io.espalier.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareRecipeTest {
  private static final String RECIPE =
      """
      name: tiny
      manifest: test.parquet
      choose_on: {manifest: train.jsonl, utterances: 10}
      options: {beam: 1}
      models:
        dense: {bundle: a}
        gated: {bundle: b}
      variants:
        - {name: dense, model: dense, gates: open}
        - {name: all, model: gated, gates: learned, target: 0.4}
        - {name: static, model: gated, gates: static, like: all}
      """;

  @TempDir private Path directory;

  @Test
  void theShippedRecipesCanBeRead() throws IOException {
    for (String name : new String[] {"demo-compare.yaml", "europarl-compare.yaml"}) {
      CompareRecipe recipe = CompareRecipe.read(Path.of("..", "conf", "recipes", name));
      assertThat(recipe.variants())
          .extracting(CompareRecipe.Variant::gates)
          .contains("open", "learned", "static", "top", "random");
      assertThat(recipe.curve().orElseThrow().targets()).hasSize(7);
    }
  }

  @Test
  void theRecipeOfPaddingVariesPaddingAlone() throws IOException {
    CompareRecipe recipe =
        CompareRecipe.read(Path.of("..", "conf", "recipes", "demo-padding.yaml"));
    assertThat(recipe.variants())
        .allSatisfy(variant -> assertThat(variant.options()).containsOnlyKeys("pad"));
  }

  @Test
  void withoutTrainingLeavesOutWhatItWouldTrainAndWhatIsLikeThat() throws IOException {
    String trained =
        "gated: {bundle: %s, recipe: r.yaml, start: a, train: t, valid: v}"
            .formatted(directory.resolve("b"));
    CompareRecipe recipe =
        CompareRecipeReader.parse(
            "r",
            RECIPE.replace("gated: {bundle: b}", trained)
                + "  - {name: top, model: dense, gates: top, like: all}\n"
                + "contexts: gated\ncurve: {model: gated, context: all, targets: [0.2]}\n");
    CompareRecipe without = recipe.withoutTraining();
    assertThat(without.variants()).extracting(CompareRecipe.Variant::name).containsExactly("dense");
    assertThat(without.models()).containsOnlyKeys("dense");
    assertThat(without.contexts()).isEmpty();
    assertThat(without.curve()).isEmpty();
    Files.createDirectory(directory.resolve("b"));
    assertThat(recipe.withoutTraining()).isEqualTo(recipe);
  }

  @Test
  void withoutTrainingSomethingMustBeLeft() {
    String trained =
        RECIPE.replaceAll(
            "bundle: (.)}", "bundle: not/there/$1, recipe: r, start: s, train: t, valid: v}");
    CompareRecipe recipe = CompareRecipeReader.parse("r", trained);
    assertThatThrownBy(recipe::withoutTraining)
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot compare without training: no model of tiny has a bundle yet");
  }

  @Test
  void valuesAreTaken() {
    CompareRecipe recipe = CompareRecipeReader.parse("tiny", RECIPE);
    assertThat(recipe.variant("all").target()).contains(0.4);
    assertThat(recipe.variant("all").context()).isEqualTo("all");
    assertThat(recipe.options()).containsEntry("beam", "1");
    assertThat(recipe.contexts()).isEmpty();
  }

  @Test
  void variantsMayHaveOptionsOfTheirOwn() {
    CompareRecipe recipe =
        CompareRecipeReader.parse("r", RECIPE.replace("target: 0.4", "options: {pad: bucket}"));
    assertThat(recipe.variant("all").options()).containsExactly(Map.entry("pad", "bucket"));
    assertThat(recipe.variant("dense").options()).isEmpty();
    String wrong = RECIPE.replace("target: 0.4", "options: {gates: open}");
    assertThatThrownBy(() -> CompareRecipeReader.parse("r", wrong))
        .hasMessageContaining("variants[1].options.gates cannot be an option");
  }

  @Test
  void whatCannotBeComparedIsNamed() {
    assertThatThrownBy(
            () -> CompareRecipeReader.parse("r", RECIPE.replace("like: all", "like: dense")))
        .hasMessageContaining("static")
        .hasMessageContaining("dense");
    assertThatThrownBy(() -> CompareRecipeReader.parse("r", RECIPE.replaceAll("choose_on.*\n", "")))
        .hasMessageContaining("choose_on");
    assertThatThrownBy(
            () -> CompareRecipeReader.parse("r", RECIPE.replace("model: dense,", "model: other,")))
        .hasMessageContaining("other");
    assertThatThrownBy(
            () -> CompareRecipeReader.parse("r", RECIPE.replace("name: all", "name: dense")))
        .hasMessageContaining("different names");
  }

  @Test
  void timesGroupsAndCommandsAreTaken() {
    CompareRecipe recipe =
        CompareRecipeReader.parse(
            "r",
            RECIPE
                + """
                timing: {utterances: 40, rounds: 3, threads: 2}
                by: [maker, condition]
                made_by: {work/a/bundle: espalier train}
                """);
    assertThat(recipe.timing()).contains(new CompareRecipe.Timing(40, 3, 2));
    assertThat(recipe.by()).containsExactly("maker", "condition");
    assertThat(recipe.madeBy()).containsExactly(Map.entry("work/a/bundle", "espalier train"));
    assertThatThrownBy(
            () ->
                CompareRecipeReader.parse(
                    "r", RECIPE + "timing: {utterances: 0, rounds: 3, threads: 2}\n"))
        .hasMessageContaining("timing.utterances must be a whole number of at least 1");
  }

  @Test
  void framesGoBehindTheSecondBlockUnlessAnotherIsNamed() {
    String recipe = RECIPE.replace("gates: static,", "gates: frames-drop,");
    assertThat(CompareRecipeReader.parse("r", recipe).variant("static").layer()).isEqualTo(2);
    assertThat(
            CompareRecipeReader.parse("r", recipe.replace("frames-drop", "frames-drop, layer: 1"))
                .variant("static")
                .layer())
        .isEqualTo(1);
    assertThatThrownBy(
            () ->
                CompareRecipeReader.parse(
                    "r", RECIPE.replace("gates: open", "gates: open, layer: 1")))
        .hasMessageContaining("variants[0].layer must be left out, it is for the gates");
  }

  @Test
  void aFixedSetIsLikeAVariantWithLearnedGates() {
    String fixed =
        RECIPE.replace(
            "  gated: {bundle: b}",
            "  gated: {bundle: b}\n  fixed: {bundle: c/bundle, recipe: r.yaml, start: a, train: t,"
                + " valid: v, fixed_like: all, minutes: 40}");
    CompareRecipe.Training training =
        CompareRecipeReader.parse("r", fixed).models().get("fixed").training().orElseThrow();
    assertThat(training.fixedLike()).contains("all");
    assertThat(training.minutes()).hasValue(40);
    assertThatThrownBy(
            () ->
                CompareRecipeReader.parse(
                    "r", fixed.replace("fixed_like: all", "fixed_like: dense")))
        .hasMessageContaining(
            "models.fixed.fixed_like must be the name of a variant with learned gates, found"
                + " dense");
  }

  @Test
  void gatesThatAreNoneAreNamed() {
    assertThatThrownBy(
            () -> CompareRecipeReader.parse("r", RECIPE.replace("gates: open", "gates: opened")))
        .hasMessageContaining("Invalid gates: opened, must be learned, open, ");
  }

  @Test
  void allMistakesOfARecipeAreNamedTogether() {
    String wrong =
        RECIPE
            .replace("target: 0.4", "target: 40")
            .replace("like: all", "likes: all")
            .replace("model: dense,", "model: other,");
    assertThatThrownBy(() -> CompareRecipeReader.parse("r", wrong))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot read r, problems: 4",
                "  variants[1].target must be a number from 0.0 to 1.0, found 40",
                "  variants[0].model must be one of dense, gated, found other",
                "  variants[2].like must be the name of a variant with learned gates for static,"
                    + " found ",
                "  variants[2].likes is not known, the nearest known key is variants[2].like"));
  }
}
