package io.espalier.udfs.metrics;

import java.util.List;

/** BLEU as sacreBLEU 2 computes it: statistics per segment, and the score of their sum. */
public final class Bleu {
  private static final double LOG_OF_ZERO = -9999999999.0;

  private Bleu() {}

  /**
   * One segment's statistics.
   *
   * @param references at least one
   */
  public static BleuStatistics statistics(
      List<String> references, String hypothesis, BleuOptions options) {
    Symbols symbols = new Symbols();
    int[] hypothesisTokens = tokens(hypothesis, options, symbols);
    int[][] referenceTokens = new int[references.size()][];
    int tokens = hypothesisTokens.length;
    long[] values = new long[BleuStatistics.WIDTH];
    for (int i = 0; i < referenceTokens.length; i++) {
      referenceTokens[i] = tokens(references.get(i), options, symbols);
      tokens += referenceTokens[i].length;
    }
    values[0] = hypothesisTokens.length;
    values[1] = closestLength(hypothesisTokens.length, referenceTokens);
    NgramIds ids = new NgramIds(tokens);
    int[] hypothesisNames = null;
    int[][] referenceNames = new int[referenceTokens.length][];
    for (int order = 1; order <= BleuStatistics.ORDER; order++) {
      ids.clear();
      hypothesisNames = ids.extend(hypothesisNames, hypothesisTokens, order);
      for (int i = 0; i < referenceTokens.length; i++) {
        referenceNames[i] = ids.extend(referenceNames[i], referenceTokens[i], order);
      }
      values[1 + order] = matches(hypothesisNames, referenceNames, ids.size());
      values[1 + BleuStatistics.ORDER + order] = hypothesisNames.length;
    }
    return BleuStatistics.of(values);
  }

  /** The score, 0 to 100, of one segment's or a whole corpus's statistics. */
  public static double score(BleuStatistics statistics, BleuOptions options) {
    long hypothesisLength = statistics.hypothesisLength();
    long referenceLength = statistics.referenceLength();
    boolean anyMatch = false;
    for (int order = 1; order <= BleuStatistics.ORDER; order++) {
      anyMatch |= statistics.correct(order) > 0;
    }
    if (!anyMatch) {
      return 0;
    }
    double sum = 0;
    double halving = 1;
    int orders = BleuStatistics.ORDER;
    int order = 1;
    for (; order <= BleuStatistics.ORDER; order++) {
      boolean add = options.smoothing() == Smoothing.ADD_K && order > 1;
      double correct = statistics.correct(order) + (add ? options.smoothingValue() : 0);
      double total = statistics.total(order) + (add ? options.smoothingValue() : 0);
      if (total == 0) {
        break;
      }
      if (options.effectiveOrder()) {
        orders = order;
      }
      if (correct == 0 && options.smoothing() == Smoothing.EXP) {
        halving *= 2;
        sum += log(100.0 / (halving * total));
      } else if (correct == 0 && options.smoothing() == Smoothing.FLOOR) {
        sum += log(100.0 * options.smoothingValue() / total);
      } else {
        sum += log(100.0 * correct / total);
      }
    }
    sum += Math.max(0, orders - order + 1) * LOG_OF_ZERO;
    return brevityPenalty(hypothesisLength, referenceLength) * Math.exp(sum / orders);
  }

  private static double brevityPenalty(long hypothesisLength, long referenceLength) {
    if (hypothesisLength >= referenceLength) {
      return 1;
    }
    return hypothesisLength == 0 ? 0 : Math.exp(1 - (double) referenceLength / hypothesisLength);
  }

  private static double log(double value) {
    return value == 0 ? LOG_OF_ZERO : Math.log(value);
  }

  private static int[] tokens(String line, BleuOptions options, Symbols symbols) {
    String cased = options.lowercase() ? PythonText.lower(line) : line;
    return symbols.of(options.tokenizer().tokens(PythonText.rstrip(cased)));
  }

  private static int closestLength(int length, int[][] references) {
    int closest = references[0].length;
    for (int[] reference : references) {
      int difference = Math.abs(length - reference.length);
      int least = Math.abs(length - closest);
      if (difference < least || (difference == least && reference.length < closest)) {
        closest = reference.length;
      }
    }
    return closest;
  }

  private static long matches(int[] hypothesis, int[][] references, int names) {
    int[] most = new int[names];
    int[] counts = new int[names];
    for (int[] reference : references) {
      for (int name : reference) {
        counts[name]++;
      }
      for (int name : reference) {
        most[name] = Math.max(most[name], counts[name]);
      }
      for (int name : reference) {
        counts[name] = 0;
      }
    }
    long matches = 0;
    for (int name : hypothesis) {
      if (most[name] > 0) {
        most[name]--;
        matches++;
      }
    }
    return matches;
  }
}
