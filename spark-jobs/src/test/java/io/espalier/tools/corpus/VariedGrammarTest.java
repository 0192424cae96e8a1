package io.espalier.tools.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The larger of the two grammars. */
class VariedGrammarTest {
  private static final int DRAWS = 30_000;
  private static final Path TOKENS = Path.of("src", "main", "demo", "bundle", "tokens.txt");
  private static final Pattern WORDS = Pattern.compile("[\\p{Ll}']+( [\\p{Ll}']+)*");
  private final Grammar grammar = Grammar.of(Vocabulary.VARIED);
  private SplittableRandom random;

  @BeforeEach
  void sameSentencesInEachRun() {
    random = new SplittableRandom(7);
  }

  @Test
  void hasManyMoreSentencesAndWordsThanTheSimpleOne() {
    Grammar simple = Grammar.of(Vocabulary.SIMPLE);
    assertThat(grammar.languages()).isEqualTo(simple.languages());
    assertThat(grammar.templates()).isEqualTo(215);
    assertThat(grammar.size()).isBetween(191_000_000L, 192_000_000L);
    Map<String, Set<String>> words = words(grammar);
    words(simple)
        .forEach(
            (language, few) ->
                assertThat(words.get(language))
                    .as(language)
                    .hasSizeGreaterThan(1900)
                    .hasSizeGreaterThan(2 * few.size()));
  }

  @Test
  void everySentenceFitsAWindowAndTheDemosTokens() throws IOException {
    Set<String> letters =
        Files.readAllLines(TOKENS).stream()
            .filter(token -> token.length() == 1)
            .collect(Collectors.toSet());
    Set<String> used = new HashSet<>();
    for (int i = 0; i < DRAWS; i++) {
      for (String text : grammar.draw(random).texts().values()) {
        assertThat(text).matches(WORDS).hasSizeLessThanOrEqualTo(88);
        assertThat(text.split(" ", -1)).hasSizeBetween(4, 15);
        text.codePoints().filter(c -> c != ' ').forEach(c -> used.add(Character.toString(c)));
      }
    }
    assertThat(letters).containsAll(used);
  }

  @Test
  void noSentenceIsOneOfTheSimpleGrammar() {
    Set<String> simple = new HashSet<>();
    Grammar.of(Vocabulary.SIMPLE).forEach(sentence -> simple.addAll(sentence.texts().values()));
    for (int i = 0; i < DRAWS; i++) {
      for (String text : grammar.draw(random).texts().values()) {
        assertThat(simple.contains(text)).as(text).isFalse();
      }
    }
  }

  @Test
  void aTextHasOneTranslation() {
    for (String language : grammar.languages()) {
      Map<String, String> english = new HashMap<>();
      for (int i = 0; i < DRAWS; i++) {
        Sentence sentence = grammar.draw(random);
        assertThat(english.computeIfAbsent(sentence.text(language), text -> sentence.english()))
            .isEqualTo(sentence.english());
      }
    }
  }

  private Map<String, Set<String>> words(Grammar drawn) {
    Map<String, Set<String>> words = new HashMap<>();
    for (int i = 0; i < DRAWS; i++) {
      drawn
          .draw(random)
          .texts()
          .forEach(
              (language, text) ->
                  words
                      .computeIfAbsent(language, key -> new HashSet<>())
                      .addAll(List.of(text.split(" ", -1))));
    }
    return words;
  }
}
