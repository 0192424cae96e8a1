package io.espalier.search.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WordAlignerTest {
  private static final List<String> PIECES =
      List.of("<blank>", "\u2581hel", "lo", "\u2581you", "\u4f60", "\u597d");
  private static final double CERTAIN = 0.9;

  private final WordAligner aligner =
      new WordAligner(PIECES::get, WordAlignerTest::text, new FrameClock(0.04, 0));

  @Test
  void aWordLastsFromItsFirstPieceToItsLast() {
    List<TimedWord> words =
        aligner.words(said(0, 1, 0, 2, 2, 0, 3, 0), ids(1, 2, 3), 10, 8, index -> true);
    assertThat(words).extracting(TimedWord::word).containsExactly("hello", "you");
    assertThat(words.get(0).startS()).isCloseTo(10.04, within(1e-9));
    assertThat(words.get(0).endS()).isCloseTo(10.20, within(1e-9));
    assertThat(words.get(1).startS()).isCloseTo(10.24, within(1e-9));
    assertThat(words.get(1).endS()).isCloseTo(10.28, within(1e-9));
    assertThat(words).allSatisfy(w -> assertThat(w.confidence()).isCloseTo(0.9, within(1e-6)));
  }

  @Test
  void noWordEndsAfterTheSound() {
    List<TimedWord> words = aligner.words(said(0, 1, 2, 2), ids(1, 2), 0, 0.13, index -> true);
    assertThat(words.get(0).endS()).isEqualTo(0.13);
  }

  @Test
  void piecesOfScriptsWithoutSpacesAreWords() {
    List<TimedWord> words = aligner.words(said(4, 5, 3), ids(4, 5, 3), 0, 1, index -> true);
    assertThat(words).extracting(TimedWord::word).containsExactly("\u4f60", "\u597d", "you");
  }

  @Test
  void onlyWantedWordsAreGiven() {
    List<TimedWord> words = aligner.words(said(1, 2, 3), ids(1, 2, 3), 0, 1, index -> index > 0);
    assertThat(words).extracting(TimedWord::word).containsExactly("you");
  }

  @Test
  void theFirstFrameOfAModelBeginsAfterOneFeatureFrame() {
    FrameClock clock = new FrameClock(0.04, 0.01);
    assertThat(clock.start(0)).isEqualTo(0.01);
    assertThat(clock.start(2)).isCloseTo(0.09, within(1e-12));
  }

  @Test
  void aTextThatDoesNotFitHasNoTimes() {
    assertThat(aligner.words(said(1, 2), ids(1, 2, 3), 0, 1, index -> true)).isEmpty();
  }

  private static int[] ids(int... ids) {
    return ids;
  }

  private static String text(int[] ids) {
    return Arrays.stream(ids)
        .mapToObj(PIECES::get)
        .collect(Collectors.joining())
        .replace('\u2581', ' ');
  }

  /** Frames at which one symbol has 90 % of the probability. */
  private static TokenScores said(int... symbols) {
    float[] values = new float[symbols.length * PIECES.size()];
    Map<Integer, Integer> columns =
        IntStream.range(0, PIECES.size()).boxed().collect(Collectors.toMap(id -> id, id -> id));
    Arrays.fill(values, (float) Math.log((1 - CERTAIN) / (PIECES.size() - 1)));
    for (int frame = 0; frame < symbols.length; frame++) {
      values[symbols[frame] * symbols.length + frame] = (float) Math.log(CERTAIN);
    }
    return new TokenScores(values, symbols.length, columns, 0);
  }
}
