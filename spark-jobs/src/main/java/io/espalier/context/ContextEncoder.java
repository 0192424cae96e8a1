package io.espalier.context;

import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Turns recordings into one vector each. Safe for use by many threads; lives as long as the manager
 * of its weights.
 */
public interface ContextEncoder {
  /**
   * One recording's vector and its cost.
   *
   * @param vector of {@link ContextEncoder#size} numbers
   * @param flops of the recording computed alone, one multiply-add being two; or {@link
   *     #UNKNOWN_FLOPS}
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Embedding(float[] vector, long flops) {
    /** The cost of a program that cannot be looked into. */
    public static final long UNKNOWN_FLOPS = -1;
  }

  /** Numbers of a vector. */
  int size();

  /** Fewest samples that can be encoded. */
  int minSamples();

  /**
   * Encodes a batch. A recording's vector does not depend on the others.
   *
   * @param recordings mono 16 kHz samples in [-1, 1), at least {@link #minSamples} of each
   * @return one for each recording, in order
   */
  List<Embedding> encode(List<float[]> recordings);

  /** Owner of the weights; parent of the managers of calls. */
  NDManager manager();
}
