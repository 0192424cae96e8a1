package io.espalier.udfs.metrics;

import java.util.Arrays;

/**
 * Counts the edits of one optimal alignment of two sequences. Many alignments share the least
 * distance and split it differently into substitutions, deletions and insertions; this one takes
 * the same as RapidFuzz, on which JiWER stands: walking back from the end, a deletion if that is
 * optimal, else an insertion if that beats the diagonal, else the diagonal. Where the whole matrix
 * would exceed a megabyte, RapidFuzz first halves the hypothesis and takes the leftmost optimal
 * meeting point in the reference (Hirschberg 1975), so this does too.
 *
 * <p>Distances are computed 64 columns at a time (Myers 1999, Hyyrö 2003). Time is O(n·m / 64),
 * memory O(n + m) beside one matrix of at most a megabyte.
 */
final class EditAligner {
  private static final long MATRIX_BYTES = 1024L * 1024L;

  private final int[] reference;
  private final int[] hypothesis;
  private long substitutions;
  private long deletions;
  private long insertions;

  private EditAligner(int[] reference, int[] hypothesis) {
    this.reference = reference;
    this.hypothesis = hypothesis;
  }

  /** Aligns two sequences of symbols; equal symbols match. */
  static Edits align(int[] reference, int[] hypothesis) {
    EditAligner aligner = new EditAligner(reference, hypothesis);
    aligner.align(
        0, reference.length, 0, hypothesis.length, Math.max(reference.length, hypothesis.length));
    return new Edits(
        reference.length - aligner.substitutions - aligner.deletions,
        aligner.substitutions,
        aligner.deletions,
        aligner.insertions);
  }

  /** Aligns one part whose distance is at most {@code limit}; ends are exclusive. */
  private void align(int refStart, int refEnd, int hypStart, int hypEnd, int limit) {
    int r0 = refStart;
    int r1 = refEnd;
    int h0 = hypStart;
    int h1 = hypEnd;
    while (r0 < r1 && h0 < h1 && reference[r0] == hypothesis[h0]) {
      r0++;
      h0++;
    }
    while (r0 < r1 && h0 < h1 && reference[r1 - 1] == hypothesis[h1 - 1]) {
      r1--;
      h1--;
    }
    int columns = r1 - r0;
    int rows = h1 - h0;
    if (columns == 0 || rows == 0) {
      deletions += columns;
      insertions += rows;
      return;
    }
    int band = Math.min(limit, Math.max(columns, rows));
    long width = Math.min(columns, 2L * band + 1);
    if (2 * width * rows / 8 < MATRIX_BYTES || columns < 65 || rows < 10) {
      trace(r0, r1, h0, h1, band);
    } else {
      halve(r0, r1, h0, h1, band);
    }
  }

  private void halve(int r0, int r1, int h0, int h1, int band) {
    int middle = h0 + (h1 - h0) / 2;
    int columns = r1 - r0;
    int[] left = lastRow(slice(reference, r0, r1), slice(hypothesis, h0, middle), band);
    int[] right =
        lastRow(reversed(slice(reference, r0, r1)), reversed(slice(hypothesis, middle, h1)), band);
    int best = 0;
    for (int i = 1; i <= columns; i++) {
      if (left[i] + right[columns - i] < left[best] + right[columns - best]) {
        best = i;
      }
    }
    int leftDistance = left[best];
    int rightDistance = right[columns - best];
    align(r0, r0 + best, h0, middle, leftDistance);
    align(r0 + best, r1, middle, h1, rightDistance);
  }

  /** Distances of the whole hypothesis part to every prefix of the reference part. */
  private static int[] lastRow(int[] columns, int[] rows, int band) {
    BitRows machine = new BitRows(columns, band);
    for (int symbol : rows) {
      machine.advance(symbol);
    }
    return machine.distances();
  }

  private void trace(int r0, int r1, int h0, int h1, int band) {
    int rows = h1 - h0;
    BitRows machine = new BitRows(slice(reference, r0, r1), band);
    BandMatrix matrix = new BandMatrix(rows, machine.widestBand());
    for (int row = 0; row < rows; row++) {
      machine.advance(hypothesis[h0 + row]);
      machine.store(matrix, row);
    }
    int row = rows;
    int column = r1 - r0;
    while (row > 0 && column > 0) {
      if (matrix.rises(row - 1, column - 1)) {
        deletions++;
        column--;
        continue;
      }
      row--;
      if (row > 0 && matrix.falls(row - 1, column - 1)) {
        insertions++;
      } else {
        column--;
        if (reference[r0 + column] != hypothesis[h0 + row]) {
          substitutions++;
        }
      }
    }
    deletions += column;
    insertions += row;
  }

  private static int[] slice(int[] symbols, int start, int end) {
    return Arrays.copyOfRange(symbols, start, end);
  }

  private static int[] reversed(int[] symbols) {
    int[] result = new int[symbols.length];
    for (int i = 0; i < symbols.length; i++) {
      result[i] = symbols[symbols.length - 1 - i];
    }
    return result;
  }
}
