package io.espalier.udfs.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers words in the order in which they are first met. */
final class Symbols {
  private final Map<String, Integer> numbers = new HashMap<>();

  /** The numbers of a sequence of words. */
  int[] of(List<String> words) {
    int[] result = new int[words.size()];
    for (int i = 0; i < result.length; i++) {
      Integer fresh = numbers.size();
      Integer known = numbers.putIfAbsent(words.get(i), fresh);
      result[i] = known == null ? fresh : known;
    }
    return result;
  }
}
