package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Causal self-attention of the decoder behind its layer norm, without the residual. Keys and values
 * of every hypothesis stay where they were written; which of them a hypothesis sees is the bias's
 * business, so that a beam is reordered without moving any of them.
 */
public final class CachedAttention {
  private final Kernels kernels;
  private final Parameters parameters;
  private final long width;
  private final int heads;

  /**
   * @param name the block's name, with {@code linear_q}, {@code linear_k}, {@code linear_v} and
   *     {@code linear_out} below
   * @param norm the name of the layer norm in front
   */
  public CachedAttention(ModuleScope module, String name, String norm, int heads) {
    this.kernels = module.kernels();
    this.heads = heads;
    this.width = module.weight(name + ".linear_out").getShape().get(0);
    this.parameters =
        module
            .norm(norm)
            .linear(
                module.stacked(name + ".linear_q", name + ".linear_k", name + ".linear_v"),
                module.linear(name + ".linear_out"))
            .build();
  }

  /**
   * An empty cache.
   *
   * @param like an array of the same type and device
   */
  public NDArray newCache(NDManager manager, NDArray like, int rows, int slots) {
    return kernels
        .call("new_cache")
        .with(like)
        .with(rows)
        .with(heads)
        .with(slots)
        .with(width / heads)
        .run(manager);
  }

  /**
   * Writes keys and values of {@code x} into the slots from {@code start}, and attends over all
   * slots up to them.
   *
   * @param x (rows, queries, width)
   * @param cache (2, rows, heads, slots, width / heads), changed
   * @param bias (rows, 1, queries, start + queries) added to the scores, or empty
   */
  public NDArray forward(NDManager manager, NDArray x, NDArray cache, int start, NDArray bias) {
    return kernels
        .call("cached_attention")
        .with(x)
        .with(parameters)
        .with(ModuleScope.NORM_EPS)
        .with(heads)
        .with(cache)
        .with(start)
        .with(bias)
        .run(manager);
  }

  /** FLOPs for one row with that many queries over that many slots. */
  public long flops(long queries, long slots) {
    return 8 * queries * width * width + 4 * queries * slots * width;
  }
}
