package io.espalier.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import org.junit.jupiter.api.Test;

class CompareNeedsTest {
  private static final String RECIPE =
      """
      name: tiny
      manifest: src/main/demo/test.parquet
      choose_on: {manifest: src/main/demo/manifest.jsonl, utterances: 2}
      models:
        gated: {bundle: src/main/demo/bundle}
      variants:
        - {name: all, model: gated, gates: learned}
        - {name: static, model: gated, gates: static, like: all}
      """;

  @Test
  void whatIsThereIsEnough() {
    assertThatCode(() -> needs(RECIPE).require()).doesNotThrowAnyException();
    assertThat(needs(RECIPE).trainings()).isEmpty();
  }

  @Test
  void allThatIsMissingIsNamedWithWhatMakesIt() {
    String recipe =
        RECIPE.replace("src/main/demo/manifest.jsonl", "work/no/train.jsonl")
            + """
            made_by:
              work/no/train.jsonl: espalier corpus --recipe train.yaml
              work/no/start: espalier train --recipe start.yaml
            """;
    String more =
        recipe.replace(
            "models:",
            """
            models:
              lost: {bundle: work/no/lost}
              dense:
                bundle: work/no/dense/bundle
                recipe: ../conf/recipes/demo-dense.yaml
                start: work/no/start
                train: work/no/train.jsonl
                valid: work/no/valid.jsonl\
            """);
    assertThatThrownBy(() -> needs(more).require())
        .isInstanceOf(UsageException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot compare, missing: 4",
                "  work/no/train.jsonl, the utterances that gates are chosen on. Make it: espalier"
                    + " corpus --recipe train.yaml",
                "  work/no/lost, the bundle of model lost",
                "  work/no/start, the bundle that the training of model dense starts at. Make it:"
                    + " espalier train --recipe start.yaml",
                "  work/no/valid.jsonl, the validation set of model dense"));
  }

  @Test
  void trainingsAreSaidWithTheirTime() {
    String recipe =
        RECIPE.replace(
            "models:",
            """
            models:
              dense:
                bundle: work/no/dense/bundle
                recipe: ../conf/recipes/demo-dense.yaml
                start: src/main/demo/bundle
                train: src/main/demo/manifest.jsonl
                valid: src/main/demo/manifest.jsonl
                minutes: 40\
            """);
    CompareNeeds needs = needs(recipe);
    needs.require();
    assertThat(needs.trainings())
        .contains("These models have no bundle yet and are trained first: dense, about 40 min");
  }

  @Test
  void columnsThatTheTestSetLacksAreNamed() {
    assertThatThrownBy(() -> needs(RECIPE + "by: [condition, makers]\n").require())
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Cannot compare by makers: the columns of src/main/demo/test.parquet are utt_id, ");
  }

  private static CompareNeeds needs(String yaml) {
    CompareRecipe recipe = CompareRecipeReader.parse("tiny", yaml);
    return new CompareNeeds(TestSpark.session(), recipe, new CompareModels(recipe.models()));
  }
}
