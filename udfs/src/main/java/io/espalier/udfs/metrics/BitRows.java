package io.espalier.udfs.metrics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The rows of an edit-distance matrix, one after the other, as bit vectors over its columns: a set
 * bit says that the distance rises (or falls) by one from the column before (Myers 1999, in Hyyrö's
 * 2003 form). Only words of 64 columns that a path of at most {@code band} edits can touch are
 * computed; outside them distances are overestimated, which no optimal path notices.
 */
final class BitRows {
  private final int columns;
  private final int band;
  private final long[] rises;
  private final long[] falls;
  private final long[] matches;
  private final Map<Integer, Occurrences> occurrences;
  private final int words;
  private int row;
  private int first;
  private int last;
  private int boundary;

  /**
   * @param symbols the columns' symbols, at least one
   * @param band an upper bound of the distance
   */
  BitRows(int[] symbols, int band) {
    this.columns = symbols.length;
    this.band = band;
    this.words = (columns + Long.SIZE - 1) / Long.SIZE;
    this.rises = new long[words];
    this.falls = new long[words];
    this.matches = new long[words];
    this.occurrences = new HashMap<>();
    for (int i = 0; i < columns; i++) {
      occurrences.computeIfAbsent(symbols[i], s -> new Occurrences()).add(i);
    }
    Arrays.fill(rises, -1L);
    this.last = -1;
  }

  /** The most words that a row can have in the band. */
  int widestBand() {
    return (int) Math.min(words, (2L * band + 1) / Long.SIZE + 2);
  }

  /** Computes the next row. */
  void advance(int symbol) {
    int lowest = Math.max(0, Math.min(words - 1, (row - band) / Long.SIZE));
    int highest = (int) Math.min(words - 1, ((long) row + band) / Long.SIZE);
    while (first < lowest) {
      boundary += Long.bitCount(rises[first]) - Long.bitCount(falls[first]);
      first++;
    }
    last = Math.max(highest, first);
    boundary++; // the cell left of the band: one more insertion than in the row above
    row++;
    Occurrences found = occurrences.get(symbol);
    if (found != null) {
      found.put(matches);
    }
    step();
    if (found != null) {
      found.clear(matches);
    }
  }

  private void step() {
    long carryRise = 1;
    long carryFall = 0;
    for (int word = first; word <= last; word++) {
      long match = matches[word];
      long rise = rises[word];
      long fall = falls[word];
      long x = match | carryFall;
      long diagonal = (((x & rise) + rise) ^ rise) | x | fall;
      long up = fall | ~(diagonal | rise);
      long down = diagonal & rise;
      long shiftedUp = (up << 1) | carryRise;
      long shiftedDown = (down << 1) | carryFall;
      carryRise = up >>> 63;
      carryFall = down >>> 63;
      rises[word] = shiftedDown | ~(diagonal | shiftedUp);
      falls[word] = shiftedUp & diagonal;
    }
  }

  /** Copies the current row's bits. */
  void store(BandMatrix matrix, int row) {
    matrix.store(row, rises, falls, first, last);
  }

  /** The current row: its distance after 0, 1, … columns; outside the band a large number. */
  int[] distances() {
    int[] result = new int[columns + 1];
    Arrays.fill(result, Integer.MAX_VALUE / 4);
    int distance = boundary;
    result[first * Long.SIZE] = distance;
    int end = Math.min(columns, (last + 1) * Long.SIZE);
    for (int i = first * Long.SIZE; i < end; i++) {
      long bit = 1L << i;
      if ((rises[i / Long.SIZE] & bit) != 0) {
        distance++;
      } else if ((falls[i / Long.SIZE] & bit) != 0) {
        distance--;
      }
      result[i + 1] = distance;
    }
    return result;
  }

  /** The columns at which one symbol stands, as (word, bits) pairs; linear in their number. */
  private static final class Occurrences {
    private int[] word = new int[2];
    private long[] bits = new long[2];
    private int size;

    void add(int column) {
      int at = column / Long.SIZE;
      if (size == 0 || word[size - 1] != at) {
        if (size == word.length) {
          word = Arrays.copyOf(word, 2 * size);
          bits = Arrays.copyOf(bits, 2 * size);
        }
        word[size++] = at;
      }
      bits[size - 1] |= 1L << column;
    }

    void put(long[] target) {
      for (int i = 0; i < size; i++) {
        target[word[i]] = bits[i];
      }
    }

    void clear(long[] target) {
      for (int i = 0; i < size; i++) {
        target[word[i]] = 0;
      }
    }
  }
}
