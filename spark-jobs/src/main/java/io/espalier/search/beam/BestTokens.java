package io.espalier.search.beam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.Kernels;

/**
 * The best tokens of each row of scores, found on the device; of equal ones those with the lowest
 * ids.
 *
 * <p>A row is cut into chunks whose maxima are computed in one pass. Then, once for each token, the
 * best chunk gives its best element away, and only that chunk's maximum is computed again. Only the
 * tokens found come to the host, in one copy.
 */
final class BestTokens {
  private static final int CHUNK = 128;

  private final float[] values;
  private final int columns;
  private final int count;
  private final int end;

  private BestTokens(float[] values, int columns, int count, int end) {
    this.values = values;
    this.columns = columns;
    this.count = count;
    this.end = end;
  }

  /**
   * Finds them.
   *
   * @param scores (rows, vocabulary), used up; below -1e29 for what is forbidden
   * @param most tokens wanted of each row
   * @param eos whose score is wanted besides
   */
  static BestTokens of(Kernels kernels, NDManager scope, NDArray scores, int most, int eos) {
    int vocabulary = (int) scores.getShape().get(1);
    if (most >= vocabulary) {
      NDArray all = kernels.call("possible").with(scores).run(scope);
      return new BestTokens(all.toFloatArray(), vocabulary, vocabulary, eos);
    }
    NDArray best = kernels.call("best").with(scores).with(most).with(eos).with(CHUNK).run(scope);
    return new BestTokens(best.toFloatArray(), 2 * most + 1, most, most);
  }

  /** Those of a row, best first, or in the order of their ids if they are all. */
  Candidates candidates(int row) {
    int first = row * columns;
    int[] ids = new int[count];
    double[] scores = new double[count];
    for (int i = 0; i < count; i++) {
      ids[i] = columns == count ? i : (int) values[first + count + 1 + i];
      scores[i] = values[first + i];
    }
    return new Candidates(ids, scores, values[first + end]);
  }
}
