package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * {@code w2(activation(w1(norm(x))))}: ESPnet's {@code PositionwiseFeedForward} behind its layer
 * norm, without the residual.
 */
public final class FeedForward {
  /** What stands between the two linear layers. */
  public enum Activation {
    /** {@code x * sigmoid(x)}: the encoder's. */
    SWISH("ffn_swish"),
    /** The decoder's. */
    RELU("ffn_relu");

    private final String kernel;

    Activation(String kernel) {
      this.kernel = kernel;
    }
  }

  private final Kernels kernels;
  private final Parameters parameters;
  private final Activation activation;
  private final long width;
  private final long units;

  /**
   * @param name the block's name, with {@code w_1} and {@code w_2} below
   * @param norm the name of the layer norm in front
   */
  public FeedForward(ModuleScope module, String name, String norm, Activation activation) {
    this.kernels = module.kernels();
    this.activation = activation;
    NDArray first = module.weight(name + ".w_1");
    this.units = first.getShape().get(0);
    this.width = first.getShape().get(1);
    this.parameters =
        module
            .norm(norm)
            .linear(module.linear(name + ".w_1"), module.linear(name + ".w_2"))
            .build();
  }

  /** (rows, frames, width) to the same shape. */
  public NDArray forward(NDManager manager, NDArray x) {
    return kernels
        .call(activation.kernel)
        .with(x)
        .with(parameters)
        .with(ModuleScope.NORM_EPS)
        .run(manager);
  }

  /** FLOPs for one row of that many frames. */
  public long flops(long frames) {
    return 4 * frames * width * units;
  }
}
