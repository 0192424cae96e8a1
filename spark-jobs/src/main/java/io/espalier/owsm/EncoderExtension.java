package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What a kind of OWSM computes in its encoder besides the blocks of E-Branchformer, for the rows of
 * one batch. Layers count from 0; frames are (rows, frames, width).
 */
public interface EncoderExtension {
  /**
   * Changes frames behind a layer's last module and in front of its last norm.
   *
   * @return {@code x} itself, or another array that {@code scope} owns
   */
  NDArray beforeNorm(NDManager scope, int layer, NDArray x);

  /**
   * Changes frames behind a layer.
   *
   * @return {@code x} itself, or another array that {@code scope} owns
   */
  NDArray behind(NDManager scope, int layer, NDArray x);

  /**
   * The extension for neighbouring rows alone.
   *
   * @param scope owns what it needs
   */
  EncoderExtension range(NDManager scope, int start, int count);

  /** Changes nothing. */
  EncoderExtension NONE =
      new EncoderExtension() {
        @Override
        public NDArray beforeNorm(NDManager scope, int layer, NDArray x) {
          return x;
        }

        @Override
        public NDArray behind(NDManager scope, int layer, NDArray x) {
          return x;
        }

        @Override
        public EncoderExtension range(NDManager scope, int start, int count) {
          return this;
        }
      };
}
