package io.espalier.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.conf.UsageException;
import io.espalier.training.TinyCtcRun;
import io.espalier.training.TinyModel;
import io.espalier.training.TinyRun;
import io.espalier.training.data.BatchFrames;
import io.espalier.training.objective.InitialParameters;
import io.espalier.training.objective.ObjectiveSettings;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainRecipeTest {
  private static final Path RECIPES = Path.of("../conf/recipes");

  @Test
  void theDemoIsAModelFromScratchWithOwsmsObjective() throws IOException {
    TrainRecipe recipe = TrainRecipe.read(RECIPES.resolve("demo.yaml"));
    assertThat(recipe.scratch()).isPresent();
    assertThat(recipe.objective().ctcWeight()).isEqualTo(0.3);
    assertThat(recipe.objective().labelSmoothing()).isEqualTo(0.1);
  }

  @Test
  void europarlFineTunesWithTheFieldsSettings() throws IOException {
    TrainRecipe recipe = TrainRecipe.read(RECIPES.resolve("europarl-st.yaml"));
    assertThat(recipe.scratch()).isEmpty();
    assertThat(recipe.learningRate().at(6000)).isCloseTo(5e-5, within(1e-12));
    TrainRecipe.Schedule schedule = recipe.schedule();
    assertThat(schedule.batchSize(0) * schedule.accumulate()).isEqualTo(16);
    assertThat(schedule.maxEpochs()).isEqualTo(30);
    assertThat(recipe.objective().precision()).isEqualTo(Precision.BFLOAT16);
  }

  @Test
  void theFirstModelIsMadeByTheRecipesSeed() {
    assertThat(TinyRun.recipe().seed()).isEqualTo(3);
    assertThat(InitialParameters.draw(TinyModel.CONFIG, 3).get("ctc.ctc_lo.weight"))
        .isEqualTo(InitialParameters.draw(TinyModel.CONFIG, 3).get("ctc.ctc_lo.weight"))
        .isNotEqualTo(InitialParameters.draw(TinyModel.CONFIG, 4).get("ctc.ctc_lo.weight"));
  }

  @Test
  void batchesGrowByEpoch() {
    TrainRecipe.Schedule schedule = TinyRun.recipe().schedule();
    assertThat(List.of(schedule.batchSize(0), schedule.batchSize(1), schedule.batchSize(9)))
        .containsExactly(4, 8, 8);
  }

  @Test
  void ctcMayHaveAnotherWeightAtFirst() {
    String recipe =
        TinyRun.RECIPE.replace(
            "ctc_weight: 0.3, label", "ctc_weight: 0.3, ctc_first: {steps: 5, weight: 0.9}, label");
    ObjectiveSettings objective = TrainRecipe.parse("first", recipe).objective();
    assertThat(objective.ctcWeight(5)).isEqualTo(0.9);
    assertThat(objective.ctcWeight(6)).isEqualTo(0.3);
  }

  @Test
  void theRecipeOfAnOwsmCtcHasTheWeightOfItsIntermediateLosses() throws IOException {
    TrainRecipe recipe = TrainRecipe.read(RECIPES.resolve("europarl-ctc-gates.yaml"));
    assertThat(recipe.objective().isCtc()).isTrue();
    assertThat(recipe.objective().interCtcWeight()).hasValue(0.8);
    assertThat(recipe.data().languageShare()).isEqualTo(0.5);
    assertThat(recipe.gates()).isPresent();
    assertThat(TinyCtcRun.recipe().data().languageShare()).isEqualTo(0.7);
    assertThat(TinyRun.recipe().objective().isCtc()).isFalse();
  }

  @Test
  void whatHasNoEffectForTheKindOfModelIsRefused() {
    String yaml =
        TinyCtcRun.RECIPE.replace(
                "interctc_weight: 0.5, dropout", "interctc_weight: 0.5, ctc_weight: 0.3, dropout")
            + "gates: {contexts: [task], projection: 4, hidden: 8, context_dropout: 0.3,"
            + " temperature: {first: 2, last: 1, steps: 4}, sparsity: {weight: 1, measure: flops},"
            + " targets: {encoder: [0.1, 0.5], decoder: [0, 0.3], asked: 0.3, curriculum: 2}}\n";
    assertThatThrownBy(() -> TrainRecipe.parse("r", yaml))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot read r, problems: 2",
                "  objective.ctc_weight has no effect with objective.interctc_weight, omit it",
                "  gates.targets.decoder has no effect, an OWSM-CTC has no decoder, omit it"));
    String share =
        TinyRun.RECIPE.replace("{text_prev_share", "{language_share: 1, text_prev_share");
    assertThatThrownBy(() -> TrainRecipe.parse("r", share))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read r: data.language_share has no effect without objective.interctc_weight,"
                + " omit it");
    String wrong =
        TinyCtcRun.RECIPE.replace("{text_prev_share", "{wrong_token_share: 0.2, text_prev_share");
    assertThatThrownBy(() -> TrainRecipe.parse("r", wrong))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read r: data.wrong_token_share has no effect with objective.interctc_weight,"
                + " omit it");
  }

  @Test
  void theDecoderIsGivenTheTrueTokensUnlessTheRecipeSaysOtherwise() {
    assertThat(TinyRun.recipe().data().wrongShare()).isZero();
    String wrong =
        TinyRun.RECIPE.replace("{text_prev_share", "{wrong_token_share: 0.2, text_prev_share");
    assertThat(TrainRecipe.parse("r", wrong).data().wrongShare()).isEqualTo(0.2);
  }

  @Test
  void frozenNamesAreWholeNames() {
    TrainRecipe recipe =
        TrainRecipe.parse("frozen", TinyRun.RECIPE + "frozen: ['encoder\\.embed\\..*']\n");
    assertThat(recipe.isFrozen("encoder.embed.out.0.weight")).isTrue();
    assertThat(recipe.isFrozen("decoder.embed.0.weight")).isFalse();
  }

  @Test
  void unknownKeysAreRefused() {
    assertThatThrownBy(() -> TrainRecipe.parse("wrong", TinyRun.RECIPE + "lerning_rate: 3\n"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read wrong: lerning_rate is not known, the nearest known key is learning_rate");
  }

  @Test
  void aValueOutOfRangeIsRefused() {
    String recipe = TinyRun.RECIPE.replace(" dropout: 0.1,", " dropout: 1.5,");
    assertThatThrownBy(() -> TrainRecipe.parse("wrong", recipe))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read wrong: objective.dropout must be a number from 0.0 to 0.99, found 1.5");
  }

  @Test
  void epochsEndATrainingToo() {
    TrainRecipe.Schedule schedule =
        TrainRecipe.parse("epochs", TinyRun.RECIPE.replace("max_steps: 30", "max_epochs: 3"))
            .schedule();
    // 60 examples: 15 batches of 4 make 7 steps of 2, then 7 batches of 8 make 3, twice.
    assertThat(schedule.steps(60)).isEqualTo(13);
  }

  @Test
  void allMistakesOfARecipeAreNamedTogether() throws IOException {
    String yaml =
        Files.readString(RECIPES.resolve("demo-gates.yaml"))
            .replace("asked: 0.56", "asked: 56")
            .replace("measure: flops", "measure: watts")
            .replace("contexts: [speaker, event, language, task]", "contexts: [speaker, mood]")
            .replace("precision: float32", "precison: float32")
            .replace("batch_sizes: [32]", "batch_sizes: [32, 0]")
            .replace("rates: [0, 5.0e-4, 5.0e-4, 1.0e-5]", "rates: [0]");
    assertThatThrownBy(() -> TrainRecipe.parse("r", yaml))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot read r, problems: 7",
                "  objective.precision is missing",
                "  gates.contexts must be a list, each item one of speaker, event, language, task,"
                    + " found [speaker, mood]",
                "  gates.sparsity.measure must be one of modules, flops, found watts",
                "  gates.targets.asked must be a number from 0.0 to 1.0, found 56",
                "  learning_rate: Invalid learning rate: rates is [0.0], must be one for each step"
                    + " of the knots",
                "  schedule.batch_sizes must be a list, each item a whole number of at least 1,"
                    + " found [32, 0]",
                "  objective.precison is not known, the nearest known key is"
                    + " objective.precision"));
  }

  @Test
  void batchesMayBePaddedToTheBucketsOfDecoding() {
    assertThat(TinyRun.recipe().data().padding()).isEqualTo(BatchFrames.Rest.VARIED);
    String share = "full_window_share: 0.5";
    TrainRecipe recipe =
        TrainRecipe.parse("r", TinyRun.RECIPE.replace(share, share + ", padding: bucket"));
    assertThat(recipe.data().padding()).isEqualTo(BatchFrames.Rest.BUCKET);
    assertThatThrownBy(
            () -> TrainRecipe.parse("r", TinyRun.RECIPE.replace(share, share + ", padding: some")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("data.padding must be one of varied, bucket, found some");
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() {
    assertThatThrownBy(() -> TrainRecipe.parse("r", TinyRun.RECIPE + "seed: 4\n"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot read r: ")
        .hasMessageContaining("duplicate key seed");
  }
}
