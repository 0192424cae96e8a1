package io.espalier.tools.corpus;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CorpusPlanTest {
  private static final Map<AudioFormat, Integer> FORMATS =
      Map.of(AudioFormat.OPUS, 2, AudioFormat.FLAC, 1);

  @Test
  void theSameSeedGivesTheSamePlan() {
    assertThat(plan(7, 200)).isEqualTo(plan(7, 200));
  }

  @Test
  void anotherSeedGivesOtherSentences() {
    assertThat(plan(7, 50))
        .extracting(PlannedUtterance::sentence)
        .isNotEqualTo(plan(8, 50).stream().map(PlannedUtterance::sentence).toList());
  }

  @Test
  void dealsConditionsAndFormatsInExactShares() {
    List<PlannedUtterance> plan = plan(1, 60);
    assertThat(plan.stream().collect(groupingBy(PlannedUtterance::condition, counting())))
        .hasSize(6)
        .allSatisfy((condition, count) -> assertThat(count).isEqualTo(40));
    assertThat(plan.stream().collect(groupingBy(PlannedUtterance::format, counting())))
        .isEqualTo(Map.of(AudioFormat.OPUS, 160L, AudioFormat.FLAC, 80L));
  }

  @Test
  void asksForTranslationInHalfOfTheOtherLanguagesAndNeverFromEnglish() {
    List<PlannedUtterance> translations =
        plan(1, 60).stream().filter(u -> u.task() == Task.TRANSLATE_TO_ENGLISH).toList();
    assertThat(translations.stream().collect(groupingBy(u -> u.voice().language(), counting())))
        .isEqualTo(Map.of("deu", 30L, "fra", 30L, "ita", 30L));
    assertThat(translations)
        .allSatisfy(u -> assertThat(u.reference()).isEqualTo(u.sentence().text("eng")));
  }

  @Test
  void comparesTranscriptionWithWhatIsSaid() {
    assertThat(plan(1, 60))
        .filteredOn(u -> u.task() == Task.ASR)
        .allSatisfy(
            u -> assertThat(u.reference()).isEqualTo(u.sentence().text(u.voice().language())));
  }

  @Test
  void neverSaysASentenceTwiceInALanguage() {
    assertThat(plan(3, 500))
        .extracting(u -> u.voice().language() + u.transcript())
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesALanguageThatTheGrammarLacks() {
    CorpusRecipe recipe =
        CorpusRecipe.parse(
            "test",
            """
            {name: x, seed: 1, split: dev, utterances: {spa: 1}, translation_share: 0, voices: 0,
             rate_deviation: 0, conditions: {clean: 1}, snr_db: [1, 2], formats: {wav: 1}}
            """);
    assertThatThrownBy(
            () -> new CorpusPlan(recipe, Grammar.builtIn(), VoiceCatalog.builtIn()).utterances())
        .hasMessage("Cannot make utterances in [spa]: the grammar has [eng, deu, fra, ita]");
  }

  private static List<PlannedUtterance> plan(long seed, int perLanguage) {
    CorpusRecipe recipe = TestRecipes.of(seed, Split.TEST, perLanguage, FORMATS);
    return new CorpusPlan(recipe, Grammar.builtIn(), VoiceCatalog.builtIn()).utterances();
  }
}
