package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import java.util.Arrays;

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
   * @param prompts length of each row's prompt
   * @param ancestors for each row and hypothesis the slots of its earlier tokens
   * @param used slots that are filled
   * @param queries of each row, which take the slots behind those; some rows may have fewer
   *     hypotheses
   * @return (rows, 1, queries, used + queries), or empty if nothing is to be hidden
   */
  static NDArray ofStep(
      NDManager manager, int[] prompts, int[][][] ancestors, int used, int queries) {
    if (queries == 1 && seeAll(prompts, ancestors, used)) {
      return manager.zeros(new Shape(0));
    }
    int slots = used + queries;
    float[] bias = new float[ancestors.length * queries * slots];
    Arrays.fill(bias, Float.NEGATIVE_INFINITY);
    for (int row = 0; row < ancestors.length; row++) {
      for (int query = 0; query < queries; query++) {
        int at = (row * queries + query) * slots;
        Arrays.fill(bias, at, at + prompts[row], 0);
        bias[at + used + query] = 0;
        if (query < ancestors[row].length) {
          for (int slot : ancestors[row][query]) {
            bias[at + slot] = 0;
          }
        }
      }
    }
    return HostData.of(manager, bias, new Shape(ancestors.length, 1, queries, slots));
  }

  /**
   * Whether every filled slot belongs to each hypothesis. Slots of padded prompts do not, nor do
   * those of hypotheses that died, however few are left.
   */
  private static boolean seeAll(int[] prompts, int[][][] ancestors, int used) {
    for (int row = 0; row < ancestors.length; row++) {
      for (int[] own : ancestors[row]) {
        if (prompts[row] + own.length < used) {
          return false;
        }
      }
    }
    return true;
  }
}
