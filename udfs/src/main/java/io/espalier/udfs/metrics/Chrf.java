package io.espalier.udfs.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * chrF (Popović 2015) and chrF++ (Popović 2017) as sacreBLEU 2 computes them. Statistics are a
 * vector of (hypothesis n-grams, reference n-grams, matches) for every order, characters first.
 */
public final class Chrf {
  private static final double EPSILON = 1e-16;
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private Chrf() {}

  /**
   * One segment's statistics against the reference that gives the best score, the first of several
   * equally good.
   *
   * @param references at least one
   */
  public static long[] statistics(List<String> references, String hypothesis, ChrfOptions options) {
    Symbols words = new Symbols();
    Segment hypothesisSegment = Segment.of(hypothesis, options, words);
    long[] best = null;
    double bestScore = -1;
    for (String reference : references) {
      long[] statistics =
          statistics(Segment.of(reference, options, words), hypothesisSegment, options);
      double score = score(statistics, options);
      if (score > bestScore) {
        bestScore = score;
        best = statistics;
      }
    }
    return best;
  }

  /** The score, 0 to 100, of one segment's or a whole corpus's statistics. */
  public static double score(long[] statistics, ChrfOptions options) {
    double factor = (double) options.beta() * options.beta();
    double sum = 0;
    double precisions = 0;
    double recalls = 0;
    int effectiveOrders = 0;
    for (int i = 0; i < options.width(); i += 3) {
      long hypothesis = statistics[i];
      long reference = statistics[i + 1];
      double precision = hypothesis > 0 ? (double) statistics[i + 2] / hypothesis : EPSILON;
      double recall = reference > 0 ? (double) statistics[i + 2] / reference : EPSILON;
      double denominator = factor * precision + recall;
      sum += denominator > 0 ? (1 + factor) * precision * recall / denominator : EPSILON;
      if (hypothesis > 0 && reference > 0) {
        precisions += precision;
        recalls += recall;
        effectiveOrders++;
      }
    }
    if (options.epsilonSmoothing()) {
      return 100 * sum / options.orders();
    }
    if (precisions + recalls == 0) {
      return 0;
    }
    double precision = precisions / effectiveOrders;
    double recall = recalls / effectiveOrders;
    return 100 * ((1 + factor) * precision * recall / (factor * precision + recall));
  }

  private static long[] statistics(Segment reference, Segment hypothesis, ChrfOptions options) {
    long[] result = new long[options.width()];
    fill(result, 0, reference.characters, hypothesis.characters, options.characterOrder());
    fill(
        result,
        3 * options.characterOrder(),
        reference.words,
        hypothesis.words,
        options.wordOrder());
    return result;
  }

  private static void fill(long[] result, int offset, int[] reference, int[] hypothesis, int to) {
    NgramIds ids = new NgramIds(reference.length + hypothesis.length);
    int[] referenceNames = null;
    int[] hypothesisNames = null;
    for (int order = 1; order <= to; order++) {
      ids.clear();
      referenceNames = ids.extend(referenceNames, reference, order);
      hypothesisNames = ids.extend(hypothesisNames, hypothesis, order);
      int[] counts = new int[ids.size()];
      for (int name : referenceNames) {
        counts[name]++;
      }
      int matches = 0;
      for (int name : hypothesisNames) {
        if (counts[name] > 0) {
          counts[name]--;
          matches++;
        }
      }
      int at = offset + 3 * (order - 1);
      // Without a reference n-gram of this order the hypothesis's do not count either.
      result[at] = referenceNames.length == 0 ? 0 : hypothesisNames.length;
      result[at + 1] = referenceNames.length;
      result[at + 2] = matches;
    }
  }

  /** A segment as symbols, with words only if they are needed. */
  private static final class Segment {
    private final int[] characters;
    private final int[] words;

    private Segment(int[] characters, int[] words) {
      this.characters = characters;
      this.words = words;
    }

    static Segment of(String text, ChrfOptions options, Symbols symbols) {
      String cased = options.lowercase() ? PythonText.lower(text) : text;
      String kept = options.whitespace() ? cased : PythonText.withoutSpace(cased);
      return new Segment(
          kept.codePoints().toArray(),
          options.wordOrder() == 0 ? new int[0] : symbols.of(words(cased)));
    }

    /** Words with one punctuation mark split off, at the end or else at the start. */
    private static List<String> words(String text) {
      List<String> result = new ArrayList<>();
      for (String word : PythonText.split(text)) {
        int last = word.length() - 1;
        if (word.codePointCount(0, word.length()) == 1) {
          result.add(word);
        } else if (PUNCTUATION.indexOf(word.charAt(last)) >= 0) {
          result.add(word.substring(0, last));
          result.add(word.substring(last));
        } else if (PUNCTUATION.indexOf(word.charAt(0)) >= 0) {
          result.add(word.substring(0, 1));
          result.add(word.substring(1));
        } else {
          result.add(word);
        }
      }
      return result;
    }
  }
}
