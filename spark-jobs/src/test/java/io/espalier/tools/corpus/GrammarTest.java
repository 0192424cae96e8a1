package io.espalier.tools.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GrammarTest {
  private static final Pattern WORDS =
      Pattern.compile("[a-zàâäçèéêëìîïòôöœùûüß']+( [a-zàâäçèéêëìîïòôöœùûüß']+)*");

  private final Grammar grammar = Grammar.of(Vocabulary.SIMPLE);

  @Test
  void hasAtLeastFortyTemplatesAndTensOfThousandsOfSentences() {
    assertThat(grammar.templates()).isGreaterThanOrEqualTo(40);
    assertThat(grammar.size()).isGreaterThan(50_000);
  }

  @Test
  void saysEveryTemplateInEveryLanguageWithoutAnUnfilledSlot() {
    Set<String> templates = new HashSet<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      Sentence sentence = grammar.draw(random);
      templates.add(sentence.template());
      assertThat(sentence.texts().keySet()).containsExactlyInAnyOrder("eng", "deu", "fra", "ita");
      for (String text : sentence.texts().values()) {
        assertThat(WORDS.matcher(text).matches()).as(text).isTrue();
      }
    }
    assertThat(templates).hasSize(grammar.templates());
  }

  @Test
  void usesAFewHundredWordsPerLanguage() {
    Map<String, Set<String>> words = new HashMap<>();
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 20_000; i++) {
      grammar
          .draw(random)
          .texts()
          .forEach(
              (language, text) ->
                  words
                      .computeIfAbsent(language, key -> new HashSet<>())
                      .addAll(List.of(text.split(" "))));
    }
    assertThat(words.values()).allSatisfy(set -> assertThat(set).hasSizeBetween(400, 1000));
  }

  @Test
  void givesEachSentenceOneEnglishTranslation() {
    for (String language : List.of("deu", "fra", "ita")) {
      // Hashes, not texts, of half a million sentences: 64 bits collide once in 10^8 such tests.
      Map<Long, Long> translations = new HashMap<>();
      grammar.forEach(
          sentence -> {
            Long english = longHash(sentence.english());
            Long known = translations.putIfAbsent(longHash(sentence.text(language)), english);
            if (known != null && !known.equals(english)) {
              throw new AssertionError("Two translations of: " + sentence.text(language));
            }
          });
      assertThat(translations).hasSize((int) grammar.size());
    }
  }

  @Test
  void agreesInGenderNumberAndCase() {
    Set<String> german = new HashSet<>();
    Set<String> french = new HashSet<>();
    Set<String> italian = new HashSet<>();
    grammar.forEach(
        sentence -> {
          if (sentence.english().equals("anna gave my boss a grey coat yesterday")
              || sentence.english().equals("anna goes to the school by tram every week")) {
            german.add(sentence.text("deu"));
            french.add(sentence.text("fra"));
            italian.add(sentence.text("ita"));
          }
        });
    assertThat(german)
        .containsExactlyInAnyOrder(
            "anna hat meinem chef gestern einen grauen mantel geschenkt",
            "anna fährt jede woche mit der straßenbahn zur schule");
    assertThat(french)
        .containsExactlyInAnyOrder(
            "anna a offert un manteau gris à mon chef hier",
            "anna va à l'école en tram toutes les semaines");
    assertThat(italian)
        .containsExactlyInAnyOrder(
            "anna ha regalato un cappotto grigio al mio capo ieri",
            "anna va alla scuola in tram ogni settimana");
  }

  @Test
  void refusesAPlaceholderWithoutItsForm() {
    String yaml =
        """
        languages: [eng, deu]
        slots:
          thing:
            columns: [eng, deu]
            rows: [[the key, der schlüssel]]
        templates:
          - {id: seek, eng: "i seek {thing}", deu: "ich suche {thing.acc}"}
        """;
    assertThatThrownBy(() -> Grammar.parse("test", yaml))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read test: templates[0]: Cannot fill {thing.acc} in language deu: the slot's"
                + " columns are [eng, deu]");
  }

  @Test
  void refusesATranslationThatDropsASlot() {
    String yaml =
        """
        languages: [eng, deu]
        slots:
          thing:
            columns: [eng, deu]
            rows: [[the key, der schlüssel]]
        templates:
          - {id: seek, eng: "i seek {thing}", deu: "ich suche"}
        """;
    assertThatThrownBy(() -> Grammar.parse("test", yaml))
        .hasMessage(
            "Cannot read test: templates[0]: Cannot translate template seek: slots are [thing] in"
                + " English, [] in deu");
  }

  private static long longHash(String text) {
    long hash = 1125899906842597L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
