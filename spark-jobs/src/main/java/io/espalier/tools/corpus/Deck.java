package io.espalier.tools.corpus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
    List<T> values = parts.keySet().stream().sorted(Comparator.naturalOrder()).toList();
    int total = parts.values().stream().mapToInt(Integer::intValue).sum();
    List<T> cards = new ArrayList<>(size);
    long before = 0;
    for (T value : values) {
      long upTo = before + parts.get(value);
      // Rounding the running sum, not each share, makes the counts add up to the size.
      long count = upTo * size / total - before * size / total;
      cards.addAll(Collections.nCopies((int) count, value));
      before = upTo;
    }
    shuffle(cards, random);
    return cards;
  }

  static <T> void shuffle(List<T> cards, SplittableRandom random) {
    for (int i = cards.size() - 1; i > 0; i--) {
      Collections.swap(cards, i, random.nextInt(i + 1));
    }
  }
}
