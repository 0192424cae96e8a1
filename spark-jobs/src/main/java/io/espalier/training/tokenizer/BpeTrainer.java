package io.espalier.training.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Byte-pair encoding (Sennrich et al., 2016) over the words of a corpus, as SentencePiece defines
 * it: a word begins with the mark {@code ▁}, pieces never cross words, and the piece that was
 * merged first is preferred in encoding.
 */
public final class BpeTrainer {
  /** SentencePiece's mark for the space in front of a word. */
  static final String WORD_START = "\u2581";

  private static final Pattern SPACES = Pattern.compile("\\s+");

  private final Map<List<String>, Long> words = new HashMap<>();
  private final Set<String> characters = new TreeSet<>();

  /** What two neighbouring pieces become. */
  private record Pair(String left, String right) {
    String joined() {
      return left + right;
    }
  }

  private BpeTrainer() {}

  /**
   * Pieces in the order of preference: merged ones as they were found, then all characters.
   *
   * @param sentences split into words at white space
   * @param count number of pieces wanted; fewer come back if the corpus has no more pairs
   */
  public static List<String> train(Iterable<String> sentences, int count) {
    BpeTrainer trainer = new BpeTrainer();
    Map<String, Long> counts = new TreeMap<>();
    for (String sentence : sentences) {
      SPACES.splitAsStream(sentence).forEach(word -> counts.merge(word, 1L, Long::sum));
    }
    counts.remove("");
    counts.forEach(trainer::add);
    if (count < trainer.characters.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot train %d pieces: the sentences have %d characters",
              count,
              trainer.characters.size()));
    }
    Set<String> pieces = new LinkedHashSet<>();
    while (pieces.size() + trainer.characters.size() < count && trainer.merge(pieces)) {}
    pieces.addAll(trainer.characters);
    return List.copyOf(pieces);
  }

  private void add(String word, long count) {
    List<String> symbols = new ArrayList<>();
    symbols.add(WORD_START);
    word.codePoints().forEach(point -> symbols.add(Character.toString(point)));
    characters.addAll(symbols);
    words.merge(symbols, count, Long::sum);
  }

  /** Joins the most frequent pair everywhere; false if no pair is left. */
  private boolean merge(Set<String> pieces) {
    Map<Pair, Long> pairs = new HashMap<>();
    words.forEach(
        (symbols, count) -> {
          for (int i = 1; i < symbols.size(); i++) {
            pairs.merge(new Pair(symbols.get(i - 1), symbols.get(i)), count, Long::sum);
          }
        });
    if (pairs.isEmpty()) {
      return false;
    }
    // Ties go by spelling, so that the result does not depend on the order of a hash map.
    Pair best =
        pairs.entrySet().stream()
            .min(
                Map.Entry.<Pair, Long>comparingByValue()
                    .reversed()
                    .thenComparing(entry -> entry.getKey().joined(), Comparator.naturalOrder())
                    .thenComparing(entry -> entry.getKey().left(), Comparator.naturalOrder()))
            .orElseThrow()
            .getKey();
    pieces.add(best.joined());
    Map<List<String>, Long> merged = new HashMap<>();
    words.forEach((symbols, count) -> merged.merge(join(symbols, best), count, Long::sum));
    words.clear();
    words.putAll(merged);
    return true;
  }

  private static List<String> join(List<String> symbols, Pair pair) {
    List<String> joined = new ArrayList<>();
    for (int i = 0; i < symbols.size(); i++) {
      boolean match =
          i + 1 < symbols.size()
              && symbols.get(i).equals(pair.left())
              && symbols.get(i + 1).equals(pair.right());
      joined.add(match ? pair.joined() : symbols.get(i));
      i += match ? 1 : 0;
    }
    return joined;
  }
}
