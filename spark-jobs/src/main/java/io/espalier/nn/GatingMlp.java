package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The convolutional gating MLP behind its layer norm, without the residual: ESPnet's {@code
 * ConvolutionalGatingMLP} with its {@code ConvolutionalSpatialGatingUnit}.
 */
public final class GatingMlp {
  private final Kernels kernels;
  private final Parameters gate;
  private final Parameters projection;
  private final long width;
  private final long units;
  private final long kernelSize;
  private final boolean linearAfterConv;

  /**
   * @param name the block's name, with {@code channel_proj1.0}, {@code csgu.norm}, {@code
   *     csgu.conv}, {@code csgu.linear} (if the model has it) and {@code channel_proj2} below
   * @param norm the name of the layer norm in front
   */
  public GatingMlp(ModuleScope module, String name, String norm) {
    this.kernels = module.kernels();
    NDArray first = module.weight(name + ".channel_proj1.0");
    this.units = first.getShape().get(0);
    this.width = first.getShape().get(1);
    NDArray conv = module.weight(name + ".csgu.conv");
    this.kernelSize = conv.getShape().get(2);
    this.linearAfterConv = module.weights().has(name + ".csgu.linear.weight");
    Linear afterConv =
        linearAfterConv
            ? module.linear(name + ".csgu.linear")
            : Linear.absent(kernels, module.manager());
    NDArray taps = conv.reshape(new Shape(units / 2, 1, 1, kernelSize));
    this.gate =
        module
            .norm(norm)
            .linear(module.halves(name + ".channel_proj1.0"))
            .arrays(module.weight(name + ".csgu.norm"), module.bias(name + ".csgu.norm"))
            .arrays(taps, module.bias(name + ".csgu.conv"))
            .linear(afterConv)
            .build();
    this.projection = module.parameters().linear(module.linear(name + ".channel_proj2")).build();
  }

  /** (rows, frames, width) to the same shape. */
  public NDArray forward(NDManager manager, NDArray x, FrameMask mask) {
    return kernels
        .call("cgmlp")
        .with(x)
        .with(gate)
        .with(projection)
        .with(ModuleScope.NORM_EPS)
        .with(mask.keep())
        .run(manager);
  }

  /** Only the spatial gating unit: (rows, frames, width) to (rows, frames, units / 2). */
  public NDArray spatialGate(NDManager manager, NDArray x, FrameMask mask) {
    return kernels
        .call("csgu")
        .with(x)
        .with(gate)
        .with(ModuleScope.NORM_EPS)
        .with(mask.keep())
        .run(manager);
  }

  /** FLOPs for one row of that many frames. */
  public long flops(long frames) {
    long half = units / 2;
    long projections = 2 * frames * width * units + 2 * frames * half * width;
    long extra = linearAfterConv ? 2 * frames * half * half : 0;
    return projections + extra + 2 * frames * half * kernelSize;
  }
}
