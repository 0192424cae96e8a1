package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Attention of the decoder over the encoder's output behind its layer norm, without the residual.
 * Keys and values are computed once per utterance and shared by its hypotheses.
 */
public final class SourceAttention {
  private final Kernels kernels;
  private final Parameters keyValue;
  private final Parameters query;
  private final long width;
  private final int heads;

  /**
   * @param name the block's name, with {@code linear_q}, {@code linear_k}, {@code linear_v} and
   *     {@code linear_out} below
   * @param norm the name of the layer norm in front
   */
  public SourceAttention(ModuleScope module, String name, String norm, int heads) {
    this.kernels = module.kernels();
    this.heads = heads;
    this.width = module.weight(name + ".linear_out").getShape().get(0);
    Linear keysAndValues = module.stacked(name + ".linear_k", name + ".linear_v");
    this.keyValue = module.parameters().linear(keysAndValues).build();
    this.query =
        module
            .norm(norm)
            .linear(module.linear(name + ".linear_q"), module.linear(name + ".linear_out"))
            .build();
  }

  /** (rows, frames, width) to keys and values (2, rows, heads, frames, width / heads). */
  public NDArray keysAndValues(NDManager manager, NDArray encoderOut) {
    return kernels.call("source_keys").with(encoderOut).with(keyValue).with(heads).run(manager);
  }

  /**
   * (rows, queries, width) to the same shape.
   *
   * @param mask (rows, 1, 1, frames) booleans that are true for real frames, or empty
   */
  public NDArray forward(NDManager manager, NDArray x, NDArray keysAndValues, NDArray mask) {
    return kernels
        .call("source_attention")
        .with(x)
        .with(query)
        .with(ModuleScope.NORM_EPS)
        .with(heads)
        .with(keysAndValues)
        .with(mask)
        .run(manager);
  }

  /** FLOPs of {@link #keysAndValues} for one row. */
  public long keyFlops(long frames) {
    return 4 * frames * width * width;
  }

  /** FLOPs for one row with that many queries over that many frames. */
  public long flops(long queries, long frames) {
    return 4 * queries * width * width + 4 * queries * frames * width;
  }
}
