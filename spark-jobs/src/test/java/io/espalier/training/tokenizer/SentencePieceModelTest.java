package io.espalier.training.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePieceModelTest {
  private static final List<String> SENTENCES =
      List.of(
          "low low low low low",
          "lower lower",
          "newest newest newest newest newest newest",
          "widest widest widest",
          "l'été où naît l'élève");

  @TempDir private Path directory;

  @Test
  void theMostFrequentPairIsMergedFirst() {
    List<String> pieces = BpeTrainer.train(List.of("ab ab ab cd"), 6);
    // Characters are the word mark, a, b, c and d; of the pairs, "▁a" and "ab" are as frequent,
    // and "ab" is first by spelling.
    assertThat(pieces).containsExactly("ab", "a", "b", "c", "d", "▁");
  }

  @Test
  void textSurvivesTheRoundTrip() throws IOException {
    SentencePieceModel model = model(60);
    try (Tokenizer tokenizer = tokenizer(model)) {
      for (String sentence : SENTENCES) {
        assertThat(tokenizer.decodeText(tokenizer.encode(sentence))).isEqualTo(sentence);
      }
    }
  }

  @Test
  void encodingAppliesMergesInTheirOrder() throws IOException {
    SentencePieceModel model = new SentencePieceModel(List.of("<na>"), merges("ab", "bc", "▁ab"));
    TokenTable tokens = new TokenTable(model.tokenList());
    try (Tokenizer tokenizer = tokenizer(model)) {
      assertThat(Arrays.stream(tokenizer.encode("abc")).mapToObj(tokens::token))
          .containsExactly("▁ab", "c");
    }
  }

  @Test
  void symbolsAreTakenWhole() throws IOException {
    SentencePieceModel model = model(60);
    TokenTable tokens = new TokenTable(model.tokenList());
    try (Tokenizer tokenizer = tokenizer(model)) {
      assertThat(tokenizer.encode("<na>")).contains(tokens.id("<na>"));
    }
  }

  @Test
  void unknownCharactersBecomeTheUnknownToken() throws IOException {
    SentencePieceModel model = model(60);
    TokenTable tokens = new TokenTable(model.tokenList());
    try (Tokenizer tokenizer = tokenizer(model)) {
      assertThat(tokenizer.encode("low 漢")).contains(tokens.unknown());
    }
  }

  @Test
  void fewerPiecesThanCharactersAreRefused() {
    assertThatThrownBy(() -> BpeTrainer.train(SENTENCES, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cannot train 5 pieces");
  }

  private static SentencePieceModel model(int pieces) {
    return new SentencePieceModel(
        List.of("<na>", "<eng>", "<asr>"), BpeTrainer.train(SENTENCES, pieces));
  }

  private static List<String> merges(String... merges) {
    List<String> pieces = new ArrayList<>(List.of(merges));
    pieces.addAll(List.of("a", "b", "c", "▁"));
    return pieces;
  }

  private Tokenizer tokenizer(SentencePieceModel model) throws IOException {
    Path file = directory.resolve("bpe.model");
    model.write(file);
    return new Tokenizer(file, new TokenTable(model.tokenList()));
  }
}
