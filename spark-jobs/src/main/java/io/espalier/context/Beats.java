package io.espalier.context;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Parameters;
import io.espalier.nn.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * BEATs: patches of a spectrogram through a Transformer with a gated bias for relative positions.
 * Patches are in order of time, and of frequency within a time.
 */
final class Beats {
  static final double NORM_EPS = 1e-5;

  private final Kernels kernels;
  private final NDManager manager;
  private final EventConfig config;
  private final Parameters patches;
  private final Parameters patchNorm;
  private final Parameters projection;
  private final Parameters positions;
  private final Parameters encoderNorm;
  private final NDArray distances;
  private final List<BeatsLayer> layers = new ArrayList<>();

  Beats(ModuleScope module, EventConfig config) {
    this.kernels = module.kernels();
    this.config = config;
    this.manager = module.manager();
    Weights weights = module.weights();
    NDArray none = manager.zeros(new Shape(0));
    this.patches =
        Parameters.of(
            manager,
            weights.get("patch_embedding.weight"),
            config.convBias() ? weights.get("patch_embedding.bias") : none);
    this.patchNorm = BeatsLayer.norm(module, "layer_norm");
    this.projection =
        config.embedDim() == config.width()
            ? null
            : Parameters.of(
                manager,
                weights.get("post_extract_proj.weight"),
                weights.get("post_extract_proj.bias"));
    this.positions =
        Parameters.of(manager, positionWeight(weights), weights.get("encoder.pos_conv.0.bias"));
    this.encoderNorm = BeatsLayer.norm(module, "encoder.layer_norm");
    this.distances =
        config.relativePositions()
            ? weights.get("encoder.layers.0.self_attn.relative_attention_bias.weight")
            : none;
    for (int i = 0; i < config.depth(); i++) {
      layers.add(new BeatsLayer(module, "encoder.layers." + i, config));
    }
  }

  /** Weight norm over the first two axes: a direction and a length for each place of the kernel. */
  private static NDArray positionWeight(Weights weights) {
    NDArray direction = weights.get("encoder.pos_conv.0.weight_v");
    NDArray length = direction.square().sum(new int[] {0, 1}, true).sqrt();
    return direction.mul(weights.get("encoder.pos_conv.0.weight_g").div(length));
  }

  /** Patches of that many frames; incomplete ones are dropped. */
  int patches(int frames) {
    return frames / config.patchSize() * config.patchesPerStep();
  }

  /** The convolution: (rows, frames, mels) to (rows, steps, patches per step, channels). */
  NDArray patchImage(NDManager scope, NDArray features) {
    return kernels.call("beats_patches").with(features).with(patches).run(scope);
  }

  /** (rows, steps, patches per step, channels) to (rows, patches, channels), normalised. */
  NDArray patchNorm(NDManager scope, NDArray image) {
    Shape shape = image.getShape();
    NDArray flat = image.reshape(new Shape(shape.get(0), -1, shape.get(3)));
    flat.attach(scope);
    return norm(scope, flat, patchNorm);
  }

  /** Normalised patches to (rows, patches, width). */
  NDArray project(NDManager scope, NDArray normed) {
    return projection == null
        ? normed
        : kernels.call("project").with(normed).with(projection).run(scope);
  }

  /** What the positional convolution adds: (rows, patches, width) to the same shape. */
  NDArray positions(NDManager scope, NDArray x) {
    return kernels
        .call("beats_positions")
        .with(x)
        .with(positions)
        .with(config.positionGroups())
        .run(scope);
  }

  /** What the first layer sees: (rows, patches, width) to the same shape. */
  NDArray encoderInput(NDManager scope, NDArray projected, FrameMask mask) {
    NDArray x = kernels.call("keep_frames").with(projected).with(mask.keep()).run(scope);
    NDArray sum = x.add(positions(scope, x));
    sum.attach(scope);
    return config.layerNormFirst() ? sum : norm(scope, sum, encoderNorm);
  }

  /**
   * All layers that the configuration asks for.
   *
   * @param x (rows, patches, width) from {@link #encoderInput}
   * @return the same shape, owned by {@code target}
   */
  NDArray layers(NDManager target, NDArray x, FrameMask mask) {
    try (NDManager scope = target.newSubManager()) {
      NDArray bias = distanceBias(scope, (int) x.getShape().get(1));
      NDArray y = x;
      for (BeatsLayer layer : layers) {
        NDArray next = layer.forward(scope, y, bias, mask.keys());
        if (y != x) {
          y.close();
        }
        y = next;
      }
      if (config.layerNormFirst() && config.maxLayer() < 0) {
        y = norm(scope, y, encoderNorm);
      }
      y.attach(target);
      return y;
    }
  }

  /** The bias by distance: (heads, patches, patches), or an empty array. */
  NDArray distanceBias(NDManager scope, int count) {
    if (!config.relativePositions()) {
      return scope.zeros(new Shape(0));
    }
    NDArray buckets = HostData.of(scope, buckets(count), new Shape(2L * count - 1));
    return kernels.call("beats_bias").with(distances).with(buckets).with(count).run(scope);
  }

  /** Buckets of the distances {@code 1 - count} to {@code count - 1}, key minus query. */
  long[] buckets(int count) {
    long[] buckets = new long[2 * count - 1];
    int half = config.buckets() / 2;
    int exact = half / 2;
    double range = Math.log((double) config.maxDistance() / exact);
    for (int i = 0; i < buckets.length; i++) {
      int distance = i - (count - 1);
      int size = Math.abs(distance);
      long bucket = size;
      if (size >= exact) {
        // In float32, as the reference: the borders of buckets depend on it.
        float position = (float) Math.log((float) size / exact) / (float) range * (half - exact);
        bucket = Math.min(half - 1, exact + (long) position);
      }
      buckets[i] = bucket + (distance > 0 ? half : 0);
    }
    return buckets;
  }

  List<BeatsLayer> layers() {
    return layers;
  }

  private NDArray norm(NDManager scope, NDArray x, Parameters norm) {
    return kernels.call("layer_norm").with(x).with(norm).with(NORM_EPS).run(scope);
  }

  /** FLOPs for one row of that many frames. */
  long flops(int frames) {
    long count = patches(frames);
    long width = config.width();
    long pixels = (long) config.patchSize() * config.patchSize();
    long flops = 2 * count * pixels * config.embedDim();
    if (projection != null) {
      flops += 2 * count * config.embedDim() * width;
    }
    long outputs = config.positionKernel() % 2 == 0 ? count + 1 : count;
    flops += 2 * outputs * width * (width / config.positionGroups()) * config.positionKernel();
    for (BeatsLayer layer : layers) {
      flops += layer.flops(count);
    }
    return flops;
  }
}
