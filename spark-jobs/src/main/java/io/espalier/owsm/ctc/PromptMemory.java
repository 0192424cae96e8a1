package io.espalier.owsm.ctc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.owsm.RowSet;
import java.util.Arrays;

/**
 * What the encoder of an OWSM-CTC attends to: the previous texts of a batch.
 *
 * @param frames (rows, tokens, width)
 * @param mask which tokens are real
 * @param lengths real tokens of each row
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record PromptMemory(NDArray frames, FrameMask mask, int[] lengths) {
  /** That of neighbouring rows. */
  PromptMemory range(Kernels kernels, NDManager scope, int start, int count) {
    return new PromptMemory(
        kernels.call("row_range").with(frames).with(start).with(count).run(scope),
        mask.range(kernels, scope, start, count),
        Arrays.copyOfRange(lengths, start, start + count));
  }

  /** Arrays of some rows; lengths stay those of all. */
  PromptMemory gather(RowSet rows, NDManager scope) {
    return new PromptMemory(rows.gather(scope, frames), rows.gather(scope, mask), lengths);
  }
}
