package io.espalier.tools.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusRecipeTest {
  private static final Path RECIPES = Path.of("..", "conf", "recipes");
  private static final String VALID =
      """
      {name: x, seed: 1, split: dev, utterances: {eng: 1}, translation_share: 0, voices: 0,
       rate_deviation: 0, conditions: {clean: 1}, snr_db: [1, 2], formats: {wav: 1}}
      """;

  @Test
  void readsTheDemoRecipe() throws IOException {
    CorpusRecipe recipe = CorpusRecipe.read(RECIPES.resolve("demo-corpus.yaml"));
    assertThat(recipe.split()).isEqualTo(Split.TEST);
    assertThat(recipe.utterances()).isEqualTo(Map.of("eng", 30, "deu", 30, "fra", 30, "ita", 30));
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "test", "dev", "train"})
  void everyShippedRecipeCanBePlanned(String name) throws IOException {
    CorpusRecipe recipe = CorpusRecipe.read(RECIPES.resolve(name + "-corpus.yaml"));
    int wanted = recipe.utterances().values().stream().mapToInt(Integer::intValue).sum();
    assertThat(
            new CorpusPlan(recipe, Grammar.of(Vocabulary.SIMPLE), VoiceCatalog.builtIn())
                .utterances())
        .hasSize(wanted);
  }

  @Test
  void refusesAnUnknownKey() {
    assertThatThrownBy(() -> CorpusRecipe.parse("test", VALID.replace("voices", "speakers")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("speakers is not known, the nearest known key is ")
        .hasMessageContaining("voices is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "split: dev | split: exam | split must be one of train, dev, test, found exam",
        "split: dev | 'split: dev, makers: {pico: 1}' | makers.pico is not known, the nearest known"
            + " key is makers.",
        "split: dev | 'split: dev, vocabulary: odd' | vocabulary must be one of simple, varied,"
            + " found odd",
        "split: dev | 'split: dev, voices_of: all' | voices_of must be one of train, dev, test,"
            + " found all",
        "clean: 1 | rain: 1 | conditions.rain is not known, the nearest known key is"
            + " conditions.",
        "wav: 1 | wav: 0 | formats must be parts that are not all 0, found {wav=0}",
        "rate_deviation: 0 | rate_deviation: 2 | rate_deviation must be a number from 0.0 to 0.5,"
            + " found 2",
        "seed: 1 | seed: one | seed must be a whole number, found one",
        "'snr_db: [1, 2]' | 'snr_db: [2, 1]' | 'snr_db must be [lowest, highest], found [2.0,"
            + " 1.0]'",
      })
  void refusesAValueOutOfRange(String valid, String wrong, String message) {
    assertThatThrownBy(() -> CorpusRecipe.parse("test", VALID.replace(valid, wrong)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void allMistakesOfARecipeAreNamedTogether() {
    String wrong =
        VALID
            .replace("split: dev", "split: exam")
            .replace("seed: 1", "sed: 1")
            .replace("clean: 1", "clean: -1");
    assertThatThrownBy(() -> CorpusRecipe.parse("test", wrong))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot read test, problems: 4",
                "  seed is missing",
                "  split must be one of train, dev, test, found exam",
                "  conditions.clean must be a whole number of at least 0, found -1",
                "  sed is not known, the nearest known key is seed"));
  }
}
