package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.owsm.CostMeter;
import java.util.List;
import java.util.Optional;

/** Decides which modules run for which utterance. Safe for use by many threads. */
public interface GatePolicy {
  /** Whether utterances may differ, so that it pays to bring alike ones together. */
  boolean differs();

  /**
   * Whether the encoder's gates are decided layer by layer while it runs, by {@link #layers}, and
   * not before it runs, by {@link #encoder}.
   */
  default boolean isByLayer() {
    return false;
  }

  /**
   * The gates of a batch that is about to run through the encoder.
   *
   * @param meter told what deciding costs
   */
  default DecidedGates layers(List<GateInput> rows, CostMeter meter) {
    throw new IllegalStateException("Gates are decided before the encoder runs");
  }

  /**
   * The encoder's open modules for each row.
   *
   * @param frames (rows, frames, width) behind the subsampling
   * @param meter told what deciding costs
   */
  List<OpenModules> encoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter);

  /**
   * The decoder's open modules for each row.
   *
   * @param frames (rows, frames, width), the encoder's output
   * @param meter told what deciding costs
   */
  List<OpenModules> decoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter);

  /** FLOPs of those contexts of an utterance that are looked at. */
  long contextFlops(UtteranceContext context);

  /**
   * Why nothing can be decided for an utterance; empty if it can.
   *
   * @param language the code that it was given; null if it is to be identified
   */
  default Optional<String> refusal(String language) {
    return Optional.empty();
  }
}
