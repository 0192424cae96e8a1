package io.espalier.owsm;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The rows of a batch for which a module runs. */
@SuppressWarnings("ArrayRecordComponent") // Compared nowhere; made and read within this package.
public record Rows(int[] indices, int batch) {
  /** Every row of a batch. */
  public static Rows all(int batch) {
    return new Rows(IntStream.range(0, batch).toArray(), batch);
  }

  /** The rows that are set. */
  public static Rows of(boolean... open) {
    return new Rows(
        IntStream.range(0, open.length).filter(row -> open[row]).toArray(), open.length);
  }

  /** Whether the module runs for all rows. */
  public boolean isAll() {
    return indices.length == batch;
  }

  /** Whether the module runs for none. */
  public boolean isEmpty() {
    return indices.length == 0;
  }

  /** Number of rows for which it runs. */
  public int count() {
    return indices.length;
  }

  /** Those among {@code count} neighbouring rows, as rows of a batch of their own. */
  public Rows range(int start, int count) {
    int[] inside =
        Arrays.stream(indices)
            .filter(row -> row >= start && row < start + count)
            .map(row -> row - start)
            .toArray();
    return new Rows(inside, count);
  }

  /** For each row of the batch, its place among these rows, or -1. */
  int[] places() {
    int[] places = new int[batch];
    Arrays.fill(places, -1);
    for (int i = 0; i < indices.length; i++) {
      places[indices[i]] = i;
    }
    return places;
  }
}
