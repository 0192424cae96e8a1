package io.espalier.owsm;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which slots of the self-attention caches belong to one row: those of its prompt, which come
 * first, and for each of its hypotheses those of the tokens generated so far.
 */
final class RowSlots {
  private static final int FEW = 64;

  private final int prompt;
  private int[][] tokens = {{}};
  private int alone;

  /** A row whose prompt has that many tokens, and one hypothesis without any. */
  RowSlots(int prompt) {
    this.prompt = prompt;
    this.alone = prompt;
  }

  /** Whether packing pays: most of the slots in use are those of tokens that nobody sees. */
  static boolean isSparse(int used, int live) {
    return used >= FEW && used > 2 * live;
  }

  int prompt() {
    return prompt;
  }

  int hypotheses() {
    return tokens.length;
  }

  /** Position of a hypothesis's next token. */
  int position(int hypothesis) {
    return prompt + tokens[hypothesis].length;
  }

  /** Slots of a hypothesis's tokens, in their order. */
  int[] tokens(int hypothesis) {
    return tokens[hypothesis];
  }

  /**
   * Goes on with other hypotheses.
   *
   * @param parents for each of them the present one that it extends
   */
  void follow(int[] parents) {
    int[][] next = new int[parents.length][];
    for (int h = 0; h < next.length; h++) {
      next[h] = tokens[parents[h]];
    }
    tokens = next;
    if (isSparse(alone, live())) {
      alone = live();
    }
    alone += next.length;
  }

  /** Notes the slots of the hypotheses' next tokens, which lie behind each other. */
  void place(int first) {
    for (int h = 0; h < tokens.length; h++) {
      int[] longer = Arrays.copyOf(tokens[h], tokens[h].length + 1);
      longer[longer.length - 1] = first + h;
      tokens[h] = longer;
    }
  }

  /**
   * Slots that would be in use if the row had been decoded alone, those of the step under way among
   * them: what its account is charged for.
   */
  int alone() {
    return alone;
  }

  /** Slots that any hypothesis sees. */
  int live() {
    return prompt + seen().cardinality();
  }

  private BitSet seen() {
    BitSet seen = new BitSet();
    for (int[] own : tokens) {
      for (int slot : own) {
        seen.set(slot);
      }
    }
    return seen;
  }

  /**
   * Renumbers the slots so that those which any hypothesis sees are the first.
   *
   * @return for each new slot the old one
   */
  int[] pack() {
    int[] generated = seen().stream().toArray();
    for (int h = 0; h < tokens.length; h++) {
      tokens[h] =
          Arrays.stream(tokens[h])
              .map(slot -> prompt + Arrays.binarySearch(generated, slot))
              .toArray();
    }
    int[] order = new int[prompt + generated.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i < prompt ? i : generated[i - prompt];
    }
    return order;
  }
}
