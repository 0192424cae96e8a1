package io.espalier.search.words;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Finds when words were said. A word begins with a piece that SentencePiece marks as the start of
 * one. Scripts that are written without spaces have no such marks, so each of their pieces is a
 * word.
 */
public final class WordAligner {
  /** SentencePiece's mark of a space. */
  private static final String SPACE = "\u2581";

  private static final Set<UnicodeScript> WITHOUT_SPACES =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  private final IntFunction<String> pieces;
  private final Function<int[], String> text;
  private final FrameClock clock;

  /**
   * @param pieces the piece of a token id
   * @param text what several tokens say
   * @param clock of the encoder's frames
   */
  public WordAligner(IntFunction<String> pieces, Function<int[], String> text, FrameClock clock) {
    this.pieces = pieces;
    this.text = text;
    this.clock = clock;
  }

  /**
   * The words of a window with their times.
   *
   * @param tokens of the text, without special ones
   * @param frames of the window
   * @param offsetS where the window begins, in seconds
   * @param lengthS of the window's sound; no word ends later
   * @param wanted whether the word whose first token has that index is wanted
   * @return in order; empty if there is no text, or the window is too short to say it
   */
  public List<TimedWord> words(
      TokenScores frames, int[] tokens, double offsetS, double lengthS, IntPredicate wanted) {
    List<TokenSpan> spans = ForcedAlignment.align(frames, tokens).orElse(List.of());
    return words(spans, tokens, offsetS, lengthS, wanted);
  }

  /**
   * The words of tokens whose places are known.
   *
   * @param spans one for each token; or none at all
   */
  public List<TimedWord> words(
      List<TokenSpan> spans, int[] tokens, double offsetS, double lengthS, IntPredicate wanted) {
    List<TimedWord> words = new ArrayList<>();
    for (int start = 0; start < spans.size(); ) {
      int end = start + 1;
      while (end < spans.size() && !startsWord(tokens, end)) {
        end++;
      }
      String word = text.apply(Arrays.copyOfRange(tokens, start, end)).strip();
      if (!word.isEmpty() && wanted.test(start)) {
        words.add(word(word, spans.subList(start, end), offsetS, lengthS));
      }
      start = end;
    }
    return words;
  }

  private TimedWord word(String word, List<TokenSpan> spans, double offsetS, double lengthS) {
    int frames = spans.stream().mapToInt(span -> span.end() - span.start()).sum();
    double sum = spans.stream().mapToDouble(TokenSpan::logProbability).sum();
    double start = Math.min(lengthS, clock.start(spans.get(0).start()));
    double end = Math.min(lengthS, clock.start(spans.get(spans.size() - 1).end()));
    return new TimedWord(word, offsetS + start, offsetS + end, Math.min(1, Math.exp(sum / frames)));
  }

  private boolean startsWord(int[] tokens, int index) {
    String piece = pieces.apply(tokens[index]);
    return piece.startsWith(SPACE)
        || isWithoutSpaces(piece)
        || isWithoutSpaces(pieces.apply(tokens[index - 1]));
  }

  private static boolean isWithoutSpaces(String piece) {
    return piece.codePoints().anyMatch(c -> WITHOUT_SPACES.contains(UnicodeScript.of(c)));
  }
}
