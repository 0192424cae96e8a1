package io.espalier.context;

import io.espalier.features.KaldiFbank;

/**
 * The shape of a BEATs event encoder, under the names of its checkpoint's {@code cfg}.
 *
 * @param patchSize frames and mels of a patch, {@code input_patch_size}
 * @param embedDim channels of a patch
 * @param convBias whether the patch convolution has a bias
 * @param layers Transformer layers
 * @param width of the Transformer
 * @param feedForward units between the two linear layers of a block
 * @param heads attention heads
 * @param layerNormFirst whether norms stand before the modules instead of behind them
 * @param deepNorm whether residuals are scaled by {@code (2 layers)^(1/4)}
 * @param positionKernel frames that the positional convolution sees
 * @param positionGroups its groups
 * @param relativePositions whether attention has a bias by distance
 * @param buckets distances that the bias tells apart
 * @param maxDistance beyond which all distances are one
 * @param gatedPositions whether each query scales that bias, {@code gru_rel_pos}
 * @param maxLayer layers that run; negative for all
 */
public record EventConfig(
    int patchSize,
    int embedDim,
    boolean convBias,
    int layers,
    int width,
    int feedForward,
    int heads,
    boolean layerNormFirst,
    boolean deepNorm,
    int positionKernel,
    int positionGroups,
    boolean relativePositions,
    int buckets,
    int maxDistance,
    boolean gatedPositions,
    int maxLayer) {
  /** Patches that lie above each other at one time. */
  int patchesPerStep() {
    return KaldiFbank.MELS / patchSize;
  }

  /** Layers that run. */
  public int depth() {
    return maxLayer < 0 ? layers : Math.min(maxLayer, layers);
  }

  /** The same shape, of which only the first layers run; negative for all. */
  EventConfig withMaxLayer(int count) {
    return new EventConfig(
        patchSize,
        embedDim,
        convBias,
        layers,
        width,
        feedForward,
        heads,
        layerNormFirst,
        deepNorm,
        positionKernel,
        positionGroups,
        relativePositions,
        buckets,
        maxDistance,
        gatedPositions,
        count);
  }
}
