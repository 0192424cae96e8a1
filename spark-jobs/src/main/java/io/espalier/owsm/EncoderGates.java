package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Which modules of the encoder run for which rows of a batch. */
@FunctionalInterface
public interface EncoderGates {
  /** Rows for which that module of encoder layer {@code layer} (from 0) runs. */
  Rows encoder(int layer, EncoderModule module, int batch);

  /**
   * Told what a layer (from 0) is about to see, for gates that depend on it.
   *
   * @param manager of a call
   * @param frames (rows, frames, width) of neighbouring rows of the batch
   * @param first place of the first of these rows in the batch
   */
  default void before(NDManager manager, int layer, NDArray frames, int first) {}
}
