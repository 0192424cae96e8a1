package io.espalier.context;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Parameters;
import io.espalier.nn.Weights;

/** One Transformer layer of BEATs, with norms behind the modules or before them. */
final class BeatsLayer {
  /** Outputs of the linear layer that gates the position bias. */
  static final int GATE_UNITS = 8;

  private final Kernels kernels;
  private final EventConfig config;
  private final Parameters attention;
  private final Parameters feedForward;
  private final Parameters attentionNorm;
  private final Parameters finalNorm;

  /**
   * @param name the layer's name, with {@code self_attn}, {@code fc1}, ... below
   */
  BeatsLayer(ModuleScope module, String name, EventConfig config) {
    this.kernels = module.kernels();
    this.config = config;
    Weights weights = module.weights();
    NDManager manager = module.manager();
    String own = name + ".self_attn";
    boolean gated = config.gatedPositions();
    NDArray none = manager.zeros(new Shape(0));
    this.attention =
        Parameters.of(
            manager,
            stacked(weights, own, ".weight"),
            stacked(weights, own, ".bias"),
            weights.get(own + ".out_proj.weight"),
            weights.get(own + ".out_proj.bias"),
            gated ? weights.get(own + ".grep_linear.weight") : none,
            gated ? weights.get(own + ".grep_linear.bias") : none,
            gated ? weights.get(own + ".grep_a") : none);
    this.feedForward =
        Parameters.of(
            manager,
            weights.get(name + ".fc1.weight"),
            weights.get(name + ".fc1.bias"),
            weights.get(name + ".fc2.weight"),
            weights.get(name + ".fc2.bias"));
    this.attentionNorm = norm(module, name + ".self_attn_layer_norm");
    this.finalNorm = norm(module, name + ".final_layer_norm");
  }

  private static NDArray stacked(Weights weights, String name, String suffix) {
    return weights
        .get(name + ".q_proj" + suffix)
        .concat(weights.get(name + ".k_proj" + suffix), 0)
        .concat(weights.get(name + ".v_proj" + suffix), 0);
  }

  static Parameters norm(ModuleScope module, String name) {
    Weights weights = module.weights();
    return Parameters.of(
        module.manager(), weights.get(name + ".weight"), weights.get(name + ".bias"));
  }

  /**
   * (rows, patches, width) to the same shape.
   *
   * @param bias (heads, patches, patches) by distance, or an empty array
   * @param mask (rows, 1, 1, patches) which are real, or an empty array
   */
  NDArray forward(NDManager manager, NDArray x, NDArray bias, NDArray mask) {
    try (NDManager scope = manager.newSubManager()) {
      if (config.layerNormFirst()) {
        NDArray y = x.add(attend(scope, norm(scope, x, attentionNorm), bias, mask));
        y.attach(scope);
        NDArray z = y.add(feed(scope, norm(scope, y, finalNorm)));
        z.attach(manager);
        return z;
      }
      double alpha = config.deepNorm() ? Math.pow(2.0 * config.layers(), 0.25) : 1;
      NDArray y = residual(scope, x, attend(scope, x, bias, mask), alpha);
      NDArray normed = norm(scope, y, attentionNorm);
      return norm(manager, residual(scope, normed, feed(scope, normed), alpha), finalNorm);
    }
  }

  /** Self-attention without the residual. */
  NDArray attend(NDManager manager, NDArray x, NDArray bias, NDArray mask) {
    return kernels
        .call("beats_attention")
        .with(x)
        .with(attention)
        .with(config.heads())
        .with(bias)
        .with(mask)
        .run(manager);
  }

  private NDArray feed(NDManager manager, NDArray x) {
    return kernels.call("gelu_ffn").with(x).with(feedForward).run(manager);
  }

  private NDArray residual(NDManager manager, NDArray x, NDArray y, double alpha) {
    return kernels.call("scaled_residual").with(x).with(y).with(alpha).run(manager);
  }

  private NDArray norm(NDManager manager, NDArray x, Parameters norm) {
    return kernels.call("layer_norm").with(x).with(norm).with(Beats.NORM_EPS).run(manager);
  }

  /** FLOPs for one row of that many patches. */
  long flops(long patches) {
    long width = config.width();
    long gate = config.gatedPositions() ? 2 * patches * width * GATE_UNITS : 0;
    return 8 * patches * width * width
        + 4 * patches * patches * width
        + 4 * patches * width * config.feedForward()
        + gate;
  }
}
