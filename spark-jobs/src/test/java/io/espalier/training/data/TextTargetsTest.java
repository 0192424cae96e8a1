package io.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.conf.UsageException;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.training.TinyCtc;
import io.espalier.training.TinyModel;
import io.espalier.training.data.TextTargets.Sequences;
import io.espalier.training.tokenizer.BpeTrainer;
import io.espalier.training.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTargetsTest {
  private static final Map<String, String> BOTH =
      Map.of("asr", "transcript", "st_eng", "translation");
  private static final Example GERMAN =
      new Example(
          "u1",
          "deu",
          "st_eng",
          Map.of(
              "reference", "a cat",
              "transcript", "eine katze",
              "translation", "a cat",
              "text_prev", "ein hund"),
          10);

  @TempDir private Path directory;
  private TokenTable tokens;
  private Tokenizer tokenizer;

  @BeforeEach
  void makeTokenizer() throws IOException {
    SentencePieceModel model =
        new SentencePieceModel(
            List.of("<na>", "<deu>", "<eng>", "<nolang>", "<asr>", "<st_eng>", "<notimestamps>"),
            BpeTrainer.train(List.of("eine katze", "a cat", "ein hund"), 16));
    model.write(directory.resolve("bpe.model"));
    tokens = new TokenTable(model.tokenList());
    tokenizer = new Tokenizer(directory.resolve("bpe.model"), tokens);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void theDecoderIsAskedForEverythingBehindTheStart() {
    Sequences sequences = new TextTargets(tokenizer, tokens, Map.of(), 0).asked(GERMAN);
    assertThat(words(sequences.tokens()))
        .startsWith("<sos>", "<deu>", "<st_eng>", "<notimestamps>")
        .hasSize(4 + tokenizer.encode("a cat").length);
    assertThat(words(sequences.targets()))
        .startsWith("<deu>", "<st_eng>", "<notimestamps>")
        .endsWith("<eos>")
        .hasSameSizeAs(sequences.tokens());
    assertThat(text(sequences.targets())).isEqualTo("a cat");
  }

  @Test
  void ctcHearsWhatWasSaidWhateverTheTask() {
    Sequences sequences = new TextTargets(tokenizer, tokens, Map.of(), 0).asked(GERMAN);
    assertThat(text(sequences.transcript())).isEqualTo("eine katze");
  }

  @Test
  void aTranslationWithoutTranscriptHasNoTargetForCtc() {
    Example example = new Example("u2", "deu", "st_eng", Map.of("reference", "a cat"), 10);
    assertThat(new TextTargets(tokenizer, tokens, Map.of(), 0).asked(example).transcript())
        .isNull();
  }

  @Test
  void previousTextIsGivenAndNotAskedFor() {
    Sequences sequences =
        new TextTargets(tokenizer, tokens, Map.of(), 1).draw(GERMAN, new SplittableRandom(1));
    int previous = tokenizer.encode("ein hund").length;
    assertThat(words(sequences.tokens())).startsWith("<sop>");
    assertThat(words(sequences.tokens()).get(1 + previous)).isEqualTo("<sos>");
    for (int i = 0; i <= previous; i++) {
      assertThat(sequences.targets()[i]).isEqualTo(-1);
    }
    assertThat(sequences.targets()[1 + previous]).isEqualTo(tokens.id("<deu>"));
  }

  @Test
  void theDecoderIsGivenOtherTokensInsteadOfAShareOfTheTextAndAskedForTheSame() {
    TextTargets.Shares shares = new TextTargets.Shares(1, 1, 0.3);
    OwsmConfig config = withTokens(TinyModel.CONFIG);
    TextTargets targets = TextTargets.of(config, tokenizer, Map.of(), shares);
    Sequences right =
        new TextTargets(tokenizer, tokens, Map.of(), 1).draw(GERMAN, new SplittableRandom(1));
    int text = tokenizer.encode("a cat").length;
    int front = right.tokens().length - text;
    SplittableRandom random = new SplittableRandom(5);
    int other = 0;
    int rounds = 2000;
    for (int round = 0; round < rounds; round++) {
      Sequences drawn = targets.draw(GERMAN, random);
      assertThat(drawn.targets()).isEqualTo(right.targets());
      assertThat(drawn.transcript()).isEqualTo(right.transcript());
      assertThat(Arrays.copyOf(drawn.tokens(), front))
          .isEqualTo(Arrays.copyOf(right.tokens(), front));
      for (int at = front; at < drawn.tokens().length; at++) {
        assertThat(tokens.isSpecial((int) drawn.tokens()[at])).isFalse();
        other += drawn.tokens()[at] == right.tokens()[at] ? 0 : 1;
      }
    }
    long ordinary = IntStream.range(0, tokens.size()).filter(id -> !tokens.isSpecial(id)).count();
    double expected = 0.3 * (ordinary - 1) / ordinary;
    assertThat((double) other / rounds / text).isCloseTo(expected, within(0.02));
    assertThat(targets.asked(GERMAN).tokens())
        .isEqualTo(new TextTargets(tokenizer, tokens, Map.of(), 1).asked(GERMAN).tokens());
  }

  @Test
  void anOwsmCtcIsAskedForLanguageAndTaskInFront() {
    Sequences sequences = ctc(0, 1).asked(GERMAN);
    assertThat(words(sequences.tokens())).containsExactly("<deu>", "<st_eng>");
    assertThat(words(sequences.targets())).startsWith("<deu>", "<st_eng>");
    assertThat(text(sequences.targets())).isEqualTo("a cat");
    assertThat(words(sequences.transcript())).startsWith("<deu>", "<st_eng>");
    assertThat(text(sequences.transcript())).isEqualTo("eine katze");
    assertThat(words(sequences.previous())).containsExactly("<na>");
    assertThat(sequences.language()).isEqualTo("deu");
  }

  @Test
  void anOwsmCtcMayNotBeToldTheLanguageThatItIsAskedFor() {
    Sequences sequences = ctc(1, 0).draw(GERMAN, new SplittableRandom(1));
    assertThat(words(sequences.tokens())).containsExactly("<nolang>", "<st_eng>");
    assertThat(words(sequences.targets())).startsWith("<deu>", "<st_eng>");
    assertThat(text(sequences.previous())).isEqualTo("ein hund");
    assertThat(sequences.language()).isNull();
    Example silent = new Example("u2", "deu", "st_eng", Map.of("reference", "a cat"), 10);
    assertThat(ctc(1, 0).asked(silent).transcript()).isNull();
  }

  @Test
  void anOwsmCtcIsNotToldTextsThatItCannotRead() {
    String before = "hund ".repeat(600);
    Example example =
        new Example("u2", "deu", "asr", Map.of("reference", "a cat", "text_prev", before), 10);
    Sequences sequences = ctc(1, 1).draw(example, new SplittableRandom(1));
    assertThat(words(sequences.previous())).containsExactly("<na>");
  }

  private TextTargets ctc(double textPrev, double language) {
    return TextTargets.of(
        withTokens(TinyCtc.CONFIG),
        tokenizer,
        Map.of(),
        new TextTargets.Shares(textPrev, language, 0));
  }

  private OwsmConfig withTokens(OwsmConfig other) {
    return new OwsmConfig(
        other.frontend(),
        other.encoder(),
        other.decoder(),
        other.ctcOnly(),
        IntStream.range(0, tokens.size()).mapToObj(tokens::token).toList(),
        true,
        2,
        0.02);
  }

  @Test
  void eachTaskWithATextIsDrawn() {
    TextTargets targets = new TextTargets(tokenizer, tokens, BOTH, 0);
    SplittableRandom random = new SplittableRandom(2);
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      texts.add(text(targets.draw(GERMAN, random).targets()));
    }
    assertThat(texts).containsExactlyInAnyOrder("a cat", "eine katze");
  }

  @Test
  void aLanguageIsNotTranslatedIntoItself() {
    Example english =
        new Example("u3", "eng", "asr", Map.of("transcript", "a cat", "translation", "a cat"), 10);
    TextTargets targets = new TextTargets(tokenizer, tokens, BOTH, 0);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 50; i++) {
      assertThat(words(targets.draw(english, random).tokens())).contains("<asr>");
    }
  }

  @Test
  void aLanguageThatTheModelLacksIsNamed() {
    Example french = new Example("u4", "fra", "asr", Map.of("reference", "a cat"), 10);
    assertThatThrownBy(() -> new TextTargets(tokenizer, tokens, Map.of(), 0).asked(french))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot train on u4: the model's token list has no language fra");
  }

  private List<String> words(long[] ids) {
    return Arrays.stream(ids).mapToObj(id -> id < 0 ? "-" : tokens.token((int) id)).toList();
  }

  private String text(long[] ids) {
    return tokenizer.decodeText(
        Arrays.stream(ids).filter(id -> id >= 0).mapToInt(id -> (int) id).toArray());
  }
}
