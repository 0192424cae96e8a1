package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.owsm.DecoderState;
import io.espalier.owsm.TokenTable;
import java.util.Arrays;

/**
 * The languages of a batch: given ones, and for the others the most probable language token behind
 * {@code <sos>} (ESPnet's {@code Speech2Language}).
 */
final class Languages {
  private final int[] ids;
  private final double[] probabilities;

  /**
   * @param given for each row its language, or a negative number if it is to be identified
   */
  Languages(TokenTable tokens, DecoderState decoder, NDManager scope, int... given) {
    this.ids = given.clone();
    this.probabilities = new double[ids.length];
    Arrays.fill(probabilities, Double.NaN);
    if (Arrays.stream(ids).anyMatch(id -> id < 0)) {
      identify(tokens, decoder, scope);
    }
  }

  private void identify(TokenTable tokens, DecoderState decoder, NDManager scope) {
    int[][] start =
        Arrays.stream(ids)
            .mapToObj(id -> id < 0 ? new int[] {tokens.sos()} : new int[0])
            .toArray(int[][]::new);
    int[] queries = Arrays.stream(start).mapToInt(prompt -> prompt.length).toArray();
    try (NDManager inner = scope.newSubManager()) {
      NDArray logProbs = decoder.logProbs(inner, decoder.prefill(inner, start), queries);
      float[] values = logProbs.toFloatArray();
      int vocabulary = (int) logProbs.getShape().get(2);
      for (int row = 0; row < ids.length; row++) {
        if (ids[row] < 0) {
          choose(tokens, values, row, row * vocabulary);
        }
      }
    }
  }

  private void choose(TokenTable tokens, float[] logProbs, int row, int offset) {
    double sum = 0;
    int best = -1;
    for (int id : tokens.languages()) {
      sum += Math.exp(logProbs[offset + id]);
      if (best < 0 || logProbs[offset + id] > logProbs[offset + best]) {
        best = id;
      }
    }
    ids[row] = best;
    probabilities[row] = Math.exp(logProbs[offset + best]) / sum;
  }

  /** Token id of a row's language. */
  int id(int row) {
    return ids[row];
  }

  /** Its probability among all languages, NaN if it was given. */
  double probability(int row) {
    return probabilities[row];
  }
}
