package io.espalier.search.words;

import java.util.Arrays;

/** A decoder in a loop says the same tokens again and again, to the end of its window. */
public final class Repetition {
  private static final int TIMES = 3;
  private static final int LONGEST = 20;

  private Repetition() {}

  /**
   * Whether tokens end with the same one to twenty tokens three times in a row.
   *
   * @param tokens of one window, without timestamps
   */
  public static boolean isAtEnd(int[] tokens) {
    for (int length = 1; length <= LONGEST && TIMES * length <= tokens.length; length++) {
      if (repeats(tokens, length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean repeats(int[] tokens, int length) {
    int end = tokens.length;
    for (int time = 2; time <= TIMES; time++) {
      int start = end - time * length;
      if (!Arrays.equals(tokens, start, start + length, tokens, end - length, end)) {
        return false;
      }
    }
    return true;
  }
}
