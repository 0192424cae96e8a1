package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Multi-head self-attention over all frames behind its layer norm, without the residual: ESPnet's
 * {@code MultiHeadedAttention} in the encoder.
 */
public final class SelfAttention {
  private final Kernels kernels;
  private final Parameters parameters;
  private final long width;
  private final int heads;

  /**
   * @param name the block's name, with {@code linear_q}, {@code linear_k}, {@code linear_v} and
   *     {@code linear_out} below, and {@code q_norm} and {@code k_norm} if the model has them
   * @param norm the name of the layer norm in front
   */
  public SelfAttention(ModuleScope module, String name, String norm, int heads) {
    this.kernels = module.kernels();
    this.heads = heads;
    this.width = module.weight(name + ".linear_out").getShape().get(0);
    boolean normed = module.weights().has(name + ".q_norm.weight");
    this.parameters =
        module
            .norm(norm)
            .linear(
                module.stacked(name + ".linear_q", name + ".linear_k", name + ".linear_v"),
                module.linear(name + ".linear_out"))
            .arrays(
                normed ? module.weight(name + ".q_norm") : module.absent(),
                normed ? module.bias(name + ".q_norm") : module.absent(),
                normed ? module.weight(name + ".k_norm") : module.absent(),
                normed ? module.bias(name + ".k_norm") : module.absent())
            .build();
  }

  /**
   * (rows, frames, width) to the same shape.
   *
   * @param mask which frames are keys
   */
  public NDArray forward(NDManager manager, NDArray x, FrameMask mask) {
    return kernels
        .call("attention")
        .with(x)
        .with(parameters)
        .with(ModuleScope.NORM_EPS)
        .with(heads)
        .with(mask.keys())
        .run(manager);
  }

  /**
   * The same, with the attention that each frame gets.
   *
   * @return (rows, frames, width), and (rows, frames): the sum over heads and over the queries that
   *     are real
   */
  public NDList received(NDManager manager, NDArray x, FrameMask mask) {
    return kernels
        .call("attention_received")
        .with(x)
        .with(parameters)
        .with(ModuleScope.NORM_EPS)
        .with(heads)
        .with(mask.keys())
        .runTuple(manager);
  }

  /** FLOPs for one row of that many frames. */
  public long flops(long frames) {
    return 8 * frames * width * width + 4 * frames * frames * width;
  }
}
