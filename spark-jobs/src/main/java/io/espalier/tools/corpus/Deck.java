package io.espalier.tools.corpus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Deals values in exact proportions and random order: small corpora get their share of everything.
 */
final class Deck {
  private Deck() {}

  /**
   * Cards in random order.
   *
   * @param parts value to its part; the count of a value differs from its exact share by less than
   *     1
   */
  static <T extends Comparable<T>> List<T> deal(
      Map<T, Integer> parts, int size, SplittableRandom random) {
    List<T> cards = new ArrayList<>(size);
    counts(parts, size).forEach((value, count) -> cards.addAll(Collections.nCopies(count, value)));
    shuffle(cards, random);
    return cards;
  }

  /** How often {@link #deal} deals each value, in the order of the values. */
  static <T extends Comparable<T>> Map<T, Integer> counts(Map<T, Integer> parts, int size) {
    int total = parts.values().stream().mapToInt(Integer::intValue).sum();
    Map<T, Integer> counts = new LinkedHashMap<>();
    long before = 0;
    for (T value : parts.keySet().stream().sorted(Comparator.naturalOrder()).toList()) {
      long upTo = before + parts.get(value);
      // Rounding the running sum, not each share, makes the counts add up to the size.
      counts.put(value, (int) (upTo * size / total - before * size / total));
      before = upTo;
    }
    return counts;
  }

  static <T> void shuffle(List<T> cards, SplittableRandom random) {
    for (int i = cards.size() - 1; i > 0; i--) {
      Collections.swap(cards, i, random.nextInt(i + 1));
    }
  }
}
