package io.espalier.context;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Parameters;
import io.espalier.nn.Weights;
import java.util.List;

/**
 * ECAPA-TDNN as ESPnet-SPK has it: encoder, channel-dependent attentive statistics, projection.
 * Padding of a batch is masked everywhere, so a row's result does not depend on its neighbours.
 */
final class EcapaTdnn {
  private static final int FIRST_KERNEL = 5;

  private final Kernels kernels;
  private final SpeakerConfig config;
  private final Parameters first;
  private final List<EcapaBlock> blocks;
  private final Parameters join;
  private final Parameters attention;
  private final Parameters projection;

  EcapaTdnn(ModuleScope module, SpeakerConfig config) {
    this.kernels = module.kernels();
    this.config = config;
    Weights weights = module.weights();
    NDManager manager = module.manager();
    Norms norm = Norms.of(weights, "encoder.bn").perChannel();
    this.first =
        Parameters.of(
            manager,
            weights.get("encoder.conv.weight"),
            weights.get("encoder.conv.bias"),
            norm.scale(),
            norm.shift());
    this.blocks =
        List.of(
            new EcapaBlock(module, "encoder.layer1", 2, config),
            new EcapaBlock(module, "encoder.layer2", 3, config),
            new EcapaBlock(module, "encoder.layer3", 4, config));
    this.join =
        Parameters.of(
            manager, weights.get("encoder.layer4.weight"), weights.get("encoder.layer4.bias"));
    this.attention = attention(manager, weights);
    this.projection = projection(manager, weights);
  }

  /**
   * The attention sees each frame beside the utterance's mean and deviation, which are the same for
   * all frames: their share of the first layer is computed once.
   */
  private Parameters attention(NDManager manager, Weights weights) {
    NDArray all = weights.get("pooling.attention.0.weight");
    int size = config.outputSize();
    NDArray flat = all.squeeze(2);
    Norms norm = Norms.of(weights, "pooling.attention.2").perChannel();
    return Parameters.of(
        manager,
        all.get(new NDIndex(":, :" + size + ", :")),
        flat.get(new NDIndex(":, " + size + ":" + 2 * size)),
        flat.get(new NDIndex(":, " + 2 * size + ":")),
        weights.get("pooling.attention.0.bias"),
        norm.scale(),
        norm.shift(),
        weights.get("pooling.attention.3.weight"),
        weights.get("pooling.attention.3.bias"));
  }

  /** The batch norm in front of the linear layer is one with it. */
  private static Parameters projection(NDManager manager, Weights weights) {
    Norms norm = Norms.of(weights, "projector.bn");
    NDArray weight = weights.get("projector.fc.weight");
    NDArray bias = weight.matMul(norm.shift().expandDims(1)).squeeze(1);
    return Parameters.of(
        manager, weight.mul(norm.scale()), bias.add(weights.get("projector.fc.bias")));
  }

  /**
   * Features to embeddings.
   *
   * @param features (rows, mels, frames), zero behind a row's own
   * @return (rows, embedding), owned by {@code manager}
   */
  NDArray forward(NDManager manager, NDArray features, ChannelMask mask) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray frames = frames(scope, features, mask);
      NDArray pooled = pool(scope, frames, attention(scope, frames, mask));
      return project(manager, pooled);
    }
  }

  /** (rows, mels, frames) to (rows, width, frames). */
  NDArray first(NDManager manager, NDArray features) {
    return kernels.call("conv_relu_norm").with(features).with(first).with(1).run(manager);
  }

  /** (rows, mels, frames) to (rows, output channels, frames). */
  NDArray frames(NDManager manager, NDArray features, ChannelMask mask) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray sum = first(scope, features);
      NDList outputs = new NDList();
      for (EcapaBlock block : blocks) {
        NDArray y = block.forward(scope, sum, mask);
        outputs.add(y);
        sum = sum.add(y);
      }
      NDArray all = NDArrays.concat(outputs, 1);
      return kernels.call("ecapa_join").with(all).with(join).run(manager);
    }
  }

  /** Weights over the frames: (rows, output channels, frames) to the same shape. */
  NDArray attention(NDManager manager, NDArray frames, ChannelMask mask) {
    return kernels
        .call("ecapa_attention")
        .with(frames)
        .with(attention)
        .with(mask.keep())
        .with(mask.count())
        .run(manager);
  }

  /** Weighted mean and deviation: (rows, 2 x output channels). */
  NDArray pool(NDManager manager, NDArray frames, NDArray weights) {
    return kernels.call("ecapa_pool").with(frames).with(weights).run(manager);
  }

  /** (rows, 2 x output channels) to (rows, embedding). */
  NDArray project(NDManager manager, NDArray pooled) {
    return kernels.call("project").with(pooled).with(projection).run(manager);
  }

  List<EcapaBlock> blocks() {
    return blocks;
  }

  /** FLOPs for one row of that many frames. */
  long flops(long frames) {
    long width = config.width();
    long out = config.outputSize();
    long hidden = config.attentionSize();
    long flops = 2 * frames * config.frontend().nMels() * width * FIRST_KERNEL;
    for (EcapaBlock block : blocks) {
      flops += block.flops(frames);
    }
    return flops
        + 2 * frames * blocks.size() * width * out
        + 2 * (frames + 2) * out * hidden
        + 2 * frames * hidden * out
        + 4 * out * config.embeddingSize();
  }
}
