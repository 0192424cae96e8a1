package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * The merge of E-Branchformer's two branches, without the residual: {@code proj(m + depthwise(m))}
 * of {@code m = [attention, cgMLP]}. The identity is folded into the depthwise kernel's middle tap.
 *
 * <p>A closed branch is a zero half of {@code m}. Of its half only the constant remains that the
 * depthwise bias gives behind the projection, so it is folded into the bias, and the merge costs
 * its open half alone.
 */
public final class BranchMerge {
  private final Kernels kernels;
  private final Parameters both;
  private final Parameters attentionOnly;
  private final Parameters cgmlpOnly;
  private final NDArray neither;
  private final long width;
  private final long kernelSize;

  /**
   * @param name the encoder block's name, with {@code depthwise_conv_fusion} and {@code merge_proj}
   */
  public BranchMerge(ModuleScope module, String name) {
    this.kernels = module.kernels();
    NDArray fusion = module.weight(name + ".depthwise_conv_fusion");
    NDArray fusionBias = module.bias(name + ".depthwise_conv_fusion");
    NDArray projection = module.weight(name + ".merge_proj");
    NDArray bias = module.bias(name + ".merge_proj");
    this.width = projection.getShape().get(0);
    this.kernelSize = fusion.getShape().get(2);
    try (NDManager scope = module.manager().newSubManager()) {
      NDArray taps = withIdentity(scope, fusion.reshape(new Shape(2 * width, 1, 1, kernelSize)));
      NDIndex firstHalf = new NDIndex(":" + width);
      NDIndex secondHalf = new NDIndex(width + ":");
      NDArray first = owned(scope, projection.get(new NDIndex(":, :" + width)));
      NDArray second = owned(scope, projection.get(new NDIndex(":, " + width + ":")));
      NDArray firstConstant = owned(scope, first.matMul(fusionBias.get(firstHalf)));
      NDArray secondConstant = owned(scope, second.matMul(fusionBias.get(secondHalf)));
      this.both = half(module, taps, fusionBias, module.linear(name + ".merge_proj"));
      this.attentionOnly =
          half(
              module,
              taps.get(firstHalf),
              fusionBias.get(firstHalf),
              module.linear(first, bias.add(secondConstant)));
      this.cgmlpOnly =
          half(
              module,
              taps.get(secondHalf),
              fusionBias.get(secondHalf),
              module.linear(second, bias.add(firstConstant)));
      this.neither = bias.add(firstConstant).add(secondConstant).reshape(new Shape(1, 1, width));
    }
  }

  private static Parameters half(ModuleScope module, NDArray taps, NDArray bias, Linear layer) {
    return module.parameters().arrays(taps, bias).linear(layer).build();
  }

  private static NDArray owned(NDManager scope, NDArray array) {
    array.attach(scope);
    return array;
  }

  private NDArray withIdentity(NDManager scope, NDArray taps) {
    float[] identity = new float[(int) kernelSize];
    identity[(int) (kernelSize - 1) / 2] = 1;
    return owned(scope, taps.add(HostData.of(scope, identity, new Shape(1, 1, 1, kernelSize))));
  }

  /** Both branches, each (rows, frames, width), to the same shape. */
  public NDArray both(NDManager manager, NDArray attention, NDArray cgmlp, FrameMask mask) {
    return kernels
        .call("merge_both")
        .with(attention)
        .with(cgmlp)
        .with(both)
        .with(mask.keep())
        .run(manager);
  }

  /** The attention branch alone: the cgMLP is closed. */
  public NDArray attentionOnly(NDManager manager, NDArray attention, FrameMask mask) {
    return one(manager, attention, attentionOnly, mask);
  }

  /** The cgMLP branch alone: the attention is closed. */
  public NDArray cgmlpOnly(NDManager manager, NDArray cgmlp, FrameMask mask) {
    return one(manager, cgmlp, cgmlpOnly, mask);
  }

  private NDArray one(NDManager manager, NDArray branch, Parameters half, FrameMask mask) {
    return kernels.call("merge_one").with(branch).with(half).with(mask.keep()).run(manager);
  }

  /** What the merge gives with both branches closed: (1, 1, width). */
  public NDArray neither() {
    return neither;
  }

  /** FLOPs for one row of that many frames with 0, 1 or 2 open branches. */
  public long flops(long frames, int openBranches) {
    return openBranches * (2 * frames * width * kernelSize + 2 * frames * width * width);
  }
}
