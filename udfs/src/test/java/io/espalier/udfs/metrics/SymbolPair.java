package io.espalier.udfs.metrics;

import java.util.ArrayList;
import java.util.List;

/** A random sequence and a damaged copy of it, the same for the same numbers in any language. */
final class SymbolPair {
  private final int[] reference;
  private final int[] hypothesis;

  private SymbolPair(int[] reference, int[] hypothesis) {
    this.reference = reference;
    this.hypothesis = hypothesis;
  }

  int[] reference() {
    return reference;
  }

  int[] hypothesis() {
    return hypothesis;
  }

  /**
   * Generates a pair.
   *
   * @param alphabet how many symbols there are
   * @param damage the chance in a thousand that a symbol is replaced, dropped or added to
   * @param period repeat what stood so many symbols before, every third time; 0 for never
   */
  static SymbolPair generate(long seed, int length, int alphabet, int damage, int period) {
    Generator random = new Generator(seed);
    int[] reference = new int[length];
    for (int i = 0; i < length; i++) {
      boolean repeat = period > 0 && i > period && random.next(3) == 0;
      reference[i] = repeat ? reference[i - period] : random.next(alphabet);
    }
    List<Integer> hypothesis = new ArrayList<>();
    for (int symbol : reference) {
      if (random.next(1000) >= damage) {
        hypothesis.add(symbol);
        continue;
      }
      switch (random.next(4)) {
        case 0 -> hypothesis.add(random.next(alphabet));
        case 1 -> {} // dropped
        case 2 -> {
          hypothesis.add(symbol);
          hypothesis.add(random.next(alphabet));
        }
        default -> {
          hypothesis.add(random.next(alphabet));
          hypothesis.add(random.next(alphabet));
          hypothesis.add(symbol);
        }
      }
    }
    return new SymbolPair(reference, hypothesis.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Knuth's MMIX linear congruential generator, its high bits. */
  private static final class Generator {
    private long state;

    Generator(long seed) {
      this.state = seed;
    }

    int next(int bound) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      return (int) ((state >>> 33) % bound);
    }
  }
}
