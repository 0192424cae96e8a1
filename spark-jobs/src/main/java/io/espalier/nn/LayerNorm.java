package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Layer norm over the last axis with OWSM's epsilon. */
public final class LayerNorm {
  private final Kernels kernels;
  private final Parameters parameters;

  /**
   * @param name the norm's name, with {@code weight} and {@code bias} below
   */
  public LayerNorm(ModuleScope module, String name) {
    this.kernels = module.kernels();
    this.parameters = module.norm(name).build();
  }

  /** (..., width) to the same shape. */
  public NDArray forward(NDManager manager, NDArray x) {
    return kernels
        .call("layer_norm")
        .with(x)
        .with(parameters)
        .with(ModuleScope.NORM_EPS)
        .run(manager);
  }
}
