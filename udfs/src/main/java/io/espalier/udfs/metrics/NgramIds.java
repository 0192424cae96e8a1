package io.espalier.udfs.metrics;

import java.util.Arrays;

/**
 * Names n-grams by small integers, order by order: an n-gram is its first n-1 symbols' name and its
 * last symbol, so no n-gram is ever built as text. An open-addressing hash table from a pair to a
 * name, reused for each order.
 */
final class NgramIds {
  private final long[] keys;
  private final int[] names;
  private final int mask;
  private int size;

  /** A table for at most {@code capacity} different n-grams of one order. */
  NgramIds(int capacity) {
    int slots = Integer.highestOneBit(Math.max(4, capacity)) * 4;
    this.keys = new long[slots];
    this.names = new int[slots];
    this.mask = slots - 1;
  }

  /** How many different n-grams have a name. */
  int size() {
    return size;
  }

  /** Forgets everything, for the next order. */
  void clear() {
    Arrays.fill(names, 0);
    size = 0;
  }

  /**
   * Turns the names of a sequence's (n-1)-grams into those of its n-grams.
   *
   * @param previous names of the (n-1)-grams, or null for n = 1
   * @param symbols the sequence
   * @param order n
   * @return the names of the n-grams from left to right; empty if the sequence is shorter than n
   */
  int[] extend(int[] previous, int[] symbols, int order) {
    int[] result = new int[Math.max(0, symbols.length - order + 1)];
    for (int i = 0; i < result.length; i++) {
      long stem = order == 1 ? 0 : previous[i];
      result[i] = name((stem << Integer.SIZE) | symbols[i + order - 1]);
    }
    return result;
  }

  private int name(long key) {
    long hash = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (hash >>> 33) & mask;
    while (names[slot] != 0) {
      if (keys[slot] == key) {
        return names[slot] - 1;
      }
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    names[slot] = ++size;
    return size - 1;
  }
}
