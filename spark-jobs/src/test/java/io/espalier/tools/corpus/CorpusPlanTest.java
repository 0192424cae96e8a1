package io.espalier.tools.corpus;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.tools.corpus.sound.AudioFormat;
import io.espalier.tools.corpus.voice.Maker;
import io.espalier.tools.corpus.voice.Voice;
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
        .hasSize(Condition.values().length)
        .allSatisfy((condition, count) -> assertThat(count).isBetween(16L, 20L));
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
  void dealsEachLanguagesUtterancesToTheMakersThatSpeakIt() {
    Map<String, Map<Maker, Long>> makers =
        new CorpusPlan(
                recipe("{espeak: 2, flite: 1, festival: 1, accent: 2}", Split.TRAIN),
                Grammar.of(Vocabulary.SIMPLE),
                VoiceCatalog.builtIn())
            .utterances().stream()
                .collect(
                    groupingBy(
                        u -> u.voice().language(), groupingBy(u -> u.voice().maker(), counting())));
    assertThat(makers.get("eng"))
        .isEqualTo(
            Map.of(Maker.ESPEAK, 20L, Maker.FLITE, 10L, Maker.FESTIVAL, 10L, Maker.ACCENT, 20L));
    assertThat(makers.get("deu")).isEqualTo(Map.of(Maker.ESPEAK, 30L, Maker.ACCENT, 30L));
    assertThat(makers.get("ita")).containsOnlyKeys(Maker.ESPEAK, Maker.FESTIVAL, Maker.ACCENT);
  }

  @Test
  void enrolledVoicesAreThoseOfTheTraining() {
    List<PlannedUtterance> plan =
        new CorpusPlan(
                recipe("{espeak: 1}", Split.TEST),
                Grammar.of(Vocabulary.SIMPLE),
                VoiceCatalog.builtIn())
            .utterances();
    List<Voice> enrolled = VoiceCatalog.builtIn().voices(Split.TRAIN, "eng");
    assertThat(plan)
        .filteredOn(u -> u.voice().language().equals("eng"))
        .allSatisfy(u -> assertThat(u.voice()).isIn(enrolled))
        .allSatisfy(u -> assertThat(u.sentence().split()).isEqualTo(Split.TEST));
  }

  @Test
  void refusesALanguageThatNoMakerSpeaks() {
    assertThatThrownBy(
            () ->
                new CorpusPlan(
                        recipe("{flite: 1}", Split.TRAIN),
                        Grammar.of(Vocabulary.SIMPLE),
                        VoiceCatalog.builtIn())
                    .utterances())
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot speak deu: none of the makers [flite] has a voice of split train for it");
  }

  private static CorpusRecipe recipe(String makers, Split split) {
    return CorpusRecipe.parse(
        "test",
        """
        {name: x, seed: 1, split: %s, voices_of: train,
         utterances: {eng: 60, deu: 60, fra: 60, ita: 60}, makers: %s, translation_share: 0,
         voices: 0, rate_deviation: 0, conditions: {clean: 1}, snr_db: [1, 2], formats: {wav: 1}}
        """
            .formatted(split.label(), makers));
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
            () ->
                new CorpusPlan(recipe, Grammar.of(Vocabulary.SIMPLE), VoiceCatalog.builtIn())
                    .utterances())
        .hasMessage("Cannot make utterances in [spa]: the grammar has [eng, deu, fra, ita]");
  }

  private static List<PlannedUtterance> plan(long seed, int perLanguage) {
    CorpusRecipe recipe = TestRecipes.of(seed, Split.TEST, perLanguage, FORMATS);
    return new CorpusPlan(recipe, Grammar.of(Vocabulary.SIMPLE), VoiceCatalog.builtIn())
        .utterances();
  }
}
