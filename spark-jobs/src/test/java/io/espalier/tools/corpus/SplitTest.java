package io.espalier.tools.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.tools.corpus.sound.AudioFormat;
import io.espalier.tools.corpus.voice.Maker;
import io.espalier.tools.corpus.voice.Voice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitTest {
  private static final List<String> LANGUAGES = List.of("eng", "deu", "fra", "ita");
  private final Grammar grammar = Grammar.of(Vocabulary.SIMPLE);
  private final VoiceCatalog voices = VoiceCatalog.builtIn();

  @Test
  void noSentenceAndNoTranslationIsInTwoSplitsWhateverTheSeed() {
    Map<String, Split> seen = new HashMap<>();
    for (Split split : Split.values()) {
      for (long seed = 0; seed < 3; seed++) {
        for (PlannedUtterance utterance : plan(seed, split, 1000)) {
          for (String text : utterance.sentence().texts().values()) {
            assertThat(seen.computeIfAbsent(text, key -> split)).as(text).isEqualTo(split);
          }
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(40_000);
  }

  @Test
  void noVoiceVariantIsInTwoSplits() {
    Map<Split, Set<String>> variants = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      Set<String> own = new HashSet<>();
      LANGUAGES.forEach(
          language -> voices.voices(split, language).forEach(voice -> own.add(voice.name())));
      variants.put(split, own);
    }
    assertThat(variants.get(Split.TRAIN)).doesNotContainAnyElementsOf(variants.get(Split.TEST));
    assertThat(variants.get(Split.TRAIN)).doesNotContainAnyElementsOf(variants.get(Split.DEV));
    assertThat(variants.get(Split.DEV)).doesNotContainAnyElementsOf(variants.get(Split.TEST));
  }

  @Test
  void noVariantSpeaksTwoLanguagesAtOnePitch() {
    for (Split split : Split.values()) {
      List<String> timbres = new ArrayList<>();
      List<String> ids = new ArrayList<>();
      for (String language : LANGUAGES) {
        for (Voice voice : voices.voices(split, language)) {
          timbres.add(voice.name() + voice.pitch());
          ids.add(voice.id());
        }
      }
      assertThat(timbres).doesNotHaveDuplicates();
      assertThat(ids).doesNotHaveDuplicates();
    }
  }

  @Test
  void noVoiceOfAnyMakerIsInTwoSplitsAndSomeMakersAreForTestsAlone() {
    Map<Split, Set<String>> ids = new EnumMap<>(Split.class);
    Map<Split, Set<String>> names = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      ids.put(split, new HashSet<>());
      names.put(split, new HashSet<>());
      for (Maker maker : Maker.values()) {
        for (String language : LANGUAGES) {
          for (Voice voice : voices.voices(split, language, maker)) {
            ids.get(split).add(voice.name() + voice.size() + maker);
            names.get(split).add(voice.name());
          }
        }
      }
    }
    assertThat(ids.get(Split.TRAIN)).doesNotContainAnyElementsOf(ids.get(Split.TEST));
    assertThat(ids.get(Split.TRAIN)).doesNotContainAnyElementsOf(ids.get(Split.DEV));
    assertThat(ids.get(Split.DEV)).doesNotContainAnyElementsOf(ids.get(Split.TEST));
    assertThat(names.get(Split.TEST)).contains("slt", "ked");
    assertThat(names.get(Split.TRAIN)).doesNotContain("slt", "ked").contains("kal", "lp", "awb");
  }

  @Test
  void recordingsOfVoicesUnderTheGplAreForNoTest() {
    for (Maker maker : Maker.values()) {
      for (String language : LANGUAGES) {
        assertThat(voices.voices(Split.TEST, language, maker))
            .extracting(Voice::name)
            .doesNotContain("lp", "pc");
      }
    }
  }

  @Test
  void aVariantListedTwiceIsRefused() {
    String yaml =
        """
        base: {eng: [en-us]}
        speeds: [150]
        gaps: [0]
        splits:
          train: {pitches: [50], variants: [m1, m3]}
          dev: {pitches: [50], variants: [m2]}
          test: {pitches: [50], variants: [m3]}
        """;
    assertThatThrownBy(() -> VoiceCatalog.parse("test", yaml))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot read test: splits must be lists without a common variant, found m3");
  }

  @Test
  void aTenthOfTheSentencesIsForTestsAndATenthForDevelopment() {
    Map<Split, Integer> counts = new EnumMap<>(Split.class);
    for (int i = 0; i < 10_000; i++) {
      counts.merge(Split.of("sentence number " + i), 1, Integer::sum);
    }
    // Four standard deviations of a binomial count with n = 10,000 and p = 0.1 are 120.
    assertThat(counts.get(Split.TEST)).isBetween(880, 1120);
    assertThat(counts.get(Split.DEV)).isBetween(880, 1120);
  }

  private List<PlannedUtterance> plan(long seed, Split split, int perLanguage) {
    CorpusRecipe recipe = TestRecipes.of(seed, split, perLanguage, Map.of(AudioFormat.WAV, 1));
    return new CorpusPlan(recipe, grammar, voices).utterances();
  }
}
