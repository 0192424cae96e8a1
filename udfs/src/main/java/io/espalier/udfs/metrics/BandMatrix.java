package io.espalier.udfs.metrics;

/**
 * Where the edit-distance matrix rises and falls from one column to the next, two bits a cell, for
 * a band of 64-column words around the diagonal.
 */
final class BandMatrix {
  private final long[] rises;
  private final long[] falls;
  private final int[] firstWord;
  private final int words;

  /** A matrix of so many rows, each at most so many words of 64 columns wide. */
  BandMatrix(int rows, int words) {
    this.words = words;
    this.rises = new long[Math.multiplyExact(rows, words)];
    this.falls = new long[rises.length];
    this.firstWord = new int[rows];
  }

  /** Stores the words {@code first} to {@code last}, inclusive, of a row. */
  void store(int row, long[] rising, long[] falling, int first, int last) {
    firstWord[row] = first;
    System.arraycopy(rising, first, rises, row * words, last - first + 1);
    System.arraycopy(falling, first, falls, row * words, last - first + 1);
  }

  /** Whether the distance is one more than in the column before. */
  boolean rises(int row, int column) {
    return test(rises, row, column);
  }

  /** Whether the distance is one less than in the column before. */
  boolean falls(int row, int column) {
    return test(falls, row, column);
  }

  private boolean test(long[] bits, int row, int column) {
    int word = column / Long.SIZE - firstWord[row];
    return word >= 0 && word < words && (bits[row * words + word] & (1L << column)) != 0;
  }
}
