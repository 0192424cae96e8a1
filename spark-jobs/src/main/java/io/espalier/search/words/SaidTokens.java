package io.espalier.search.words;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.CtcHead;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Asks CTC about the tokens of a text: of the whole vocabulary only their columns are kept. */
public final class SaidTokens {
  private SaidTokens() {}

  /**
   * Log-probabilities of the blank and of a text's tokens.
   *
   * @param encoded (1, frames, width), all of them real
   * @param tokens of the text
   * @param meter takes the cost, as CTC's
   * @param row of the meter
   */
  public static TokenScores of(
      NDManager manager,
      CtcHead head,
      NDArray encoded,
      int[] tokens,
      int blank,
      CostMeter meter,
      int row) {
    int[] ids = new int[tokens.length + 1];
    ids[0] = blank;
    Map<Integer, Integer> columns = new HashMap<>(Map.of(blank, 0));
    for (int token : tokens) {
      int next = columns.size();
      if (columns.putIfAbsent(token, next) == null) {
        ids[next] = token;
      }
    }
    int frames = (int) encoded.getShape().get(1);
    try (NDManager scope = manager.newSubManager()) {
      NDArray normalizer = head.normalizer(scope, encoded);
      int[] asked = Arrays.copyOf(ids, columns.size());
      NDArray index = HostData.of(scope, asked, new Shape(1, asked.length));
      NDArray values = head.columns(scope, encoded, normalizer, index);
      long flops = head.normalizerFlops(frames) + head.columnFlops(frames, asked.length);
      meter.spend(CostPart.CTC, row, flops);
      meter.dense(CostPart.CTC, row, flops);
      return new TokenScores(values.toFloatArray(), frames, columns, blank);
    }
  }
}
