package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Parameters;

/**
 * The CTC output layer (ESPnet's {@code CTC}). A search needs the log-probabilities of a few tokens
 * at all frames: those are computed from the frames when asked for, and of the whole vocabulary
 * only each frame's normaliser is kept, which at 50,000 tokens saves 150 MB for each utterance.
 */
public final class CtcHead {
  /** Their outputs stay in a processor's cache. */
  private static final int TOKENS_AT_ONCE = 2048;

  private final Kernels kernels;
  private final Parameters parameters;
  private final long width;
  private final long vocabularySize;

  CtcHead(ModuleScope module) {
    NDArray weight = module.weights().get("ctc.ctc_lo.weight");
    this.kernels = module.kernels();
    this.vocabularySize = weight.getShape().get(0);
    this.width = weight.getShape().get(1);
    this.parameters =
        Parameters.of(module.weights().manager(), weight, module.weights().get("ctc.ctc_lo.bias"));
  }

  /** (rows, frames, width) to log-probabilities (rows, frames, vocabulary). */
  public NDArray logProbs(NDManager manager, NDArray encoderOut) {
    return kernels.call("ctc_log_probs").with(encoderOut).with(parameters).run(manager);
  }

  /** (rows, frames, width) to the logarithm of each frame's sum over the vocabulary. */
  public NDArray normalizer(NDManager manager, NDArray encoderOut) {
    return kernels
        .call("ctc_normalizer")
        .with(encoderOut)
        .with(parameters)
        .with(TOKENS_AT_ONCE)
        .run(manager);
  }

  /**
   * Log-probabilities of some tokens.
   *
   * @param encoderOut (rows, frames, width)
   * @param normalizer (rows, frames)
   * @param ids (rows, tokens)
   * @return (rows, tokens, frames)
   */
  public NDArray columns(NDManager manager, NDArray encoderOut, NDArray normalizer, NDArray ids) {
    return kernels
        .call("ctc_columns")
        .with(encoderOut)
        .with(normalizer)
        .with(parameters)
        .with(ids)
        .run(manager);
  }

  /** Some rows of an array that was given to, or came from, this head. */
  public NDArray select(NDManager manager, NDArray array, int[] rows) {
    try (NDArray index = HostData.of(manager, rows, new Shape(rows.length))) {
      return kernels.call("gather_rows").with(array).with(index).run(manager);
    }
  }

  /** FLOPs of {@link #normalizer} for one row. */
  public long normalizerFlops(long frames) {
    return 2 * frames * width * vocabularySize;
  }

  /** FLOPs of {@link #columns} for one row. */
  public long columnFlops(long frames, long tokens) {
    return 2 * frames * width * tokens;
  }
}
