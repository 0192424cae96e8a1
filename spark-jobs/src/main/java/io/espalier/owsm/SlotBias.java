package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import java.util.Arrays;
import java.util.List;

/** What queries see of the self-attention caches: a bias hides every slot that is not theirs. */
final class SlotBias {
  private SlotBias() {}

  /**
   * Hides what comes later in the same prompt.
   *
   * @return (rows, 1, slots, slots)
   */
  static NDArray ofPrompts(NDManager manager, int rows, int slots) {
    float[] bias = new float[rows * slots * slots];
    for (int i = 0; i < bias.length; i++) {
      boolean later = i % slots > i / slots % slots;
      bias[i] = later ? Float.NEGATIVE_INFINITY : 0;
    }
    return HostData.of(manager, bias, new Shape(rows, 1, slots, slots));
  }

  /**
   * Shows each hypothesis its prompt, its earlier tokens and itself.
   *
   * @param used slots that are filled
   * @param queries of each row, which take the slots behind those; some rows may have fewer
   *     hypotheses
   * @return (rows, 1, queries, used + queries), or empty if nothing is to be hidden
   */
  static NDArray ofStep(NDManager manager, List<RowSlots> rows, int used, int queries) {
    if (queries == 1 && rows.stream().allMatch(row -> row.position(0) == used)) {
      return manager.zeros(new Shape(0));
    }
    int slots = used + queries;
    float[] bias = new float[rows.size() * queries * slots];
    Arrays.fill(bias, Float.NEGATIVE_INFINITY);
    int at = 0;
    for (RowSlots row : rows) {
      for (int query = 0; query < queries; query++) {
        Arrays.fill(bias, at, at + row.prompt(), 0);
        bias[at + used + query] = 0;
        if (query < row.hypotheses()) {
          for (int slot : row.tokens(query)) {
            bias[at + slot] = 0;
          }
        }
        at += slots;
      }
    }
    return HostData.of(manager, bias, new Shape(rows.size(), 1, queries, slots));
  }
}
