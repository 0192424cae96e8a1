package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Convolutional subsampling and positions: ESPnet's {@code Conv2dSubsampling} (two 3x3 convolutions
 * with stride 2 and ReLU) and {@code Conv2dSubsampling8} (three), then a linear layer. The first
 * convolution has one input channel and runs as a linear layer over its 3x3 windows.
 *
 * <p>A CPU takes a row in tiles of time: the images of a whole row, 90 MB after the first
 * convolution at base size, would not stay in its caches. Neighbouring tiles share the border of
 * their images, which both compute.
 */
public final class Subsampling {
  /** Frames that come out of a tile on a CPU. */
  private static final int FRAMES_AT_ONCE_ON_CPU = 64;

  private static final int ROWS_AT_ONCE_ON_GPU = 8;

  private final Kernels kernels;
  private final Parameters convolutions;
  private final Parameters layers;
  private final Positions positions;
  private final int convolutionCount;
  private final long width;
  private final int mels;

  /**
   * @param name the embedding's name, with {@code conv.0}, {@code conv.2}, ... below
   * @param linearName the linear layer's own name: it differs between the two
   * @param convolutionCount 2 or 3
   * @param mels feature bins
   */
  public Subsampling(
      ModuleScope module,
      String name,
      String linearName,
      int convolutionCount,
      int mels,
      Positions positions) {
    this.kernels = module.kernels();
    this.positions = positions;
    this.convolutionCount = convolutionCount;
    this.mels = mels;
    NDArray weight = module.weight(linearName);
    this.width = weight.getShape().get(0);
    Linear[] images = {
      module.window(name + ".conv.0", new Shape(width, 9)),
      convolution(module, name, 1),
      convolutionCount == 3
          ? convolution(module, name, 2)
          : Linear.absent(kernels, module.manager())
    };
    this.convolutions = module.parameters().linear(images).build();
    this.layers =
        module.parameters().linear(images).linear(byBin(module, linearName, weight)).build();
  }

  private Linear convolution(ModuleScope module, String name, int index) {
    int frames = FRAMES_AT_ONCE_ON_CPU;
    for (int i = convolutionCount; i > index; i--) {
      frames = 2 * frames + 1;
    }
    return module.convolution(name + ".conv." + 2 * index, frames, halved(mels, index));
  }

  /** The reference flattens channel by channel; here a frame's bins lie together. */
  private Linear byBin(ModuleScope module, String name, NDArray weight) {
    long bins = weight.getShape().get(1) / width;
    try (NDManager scope = module.manager().newSubManager()) {
      NDArray byBin =
          weight
              .reshape(new Shape(width, width, bins))
              .transpose(0, 2, 1)
              .reshape(new Shape(width, width * bins));
      byBin.attach(scope);
      return module.linear(byBin, module.bias(name));
    }
  }

  /** (rows, frames, mels) to (rows, subsampled frames, width) in float32, with positions. */
  public NDArray forward(NDManager manager, NDArray features) {
    try (NDArray frames = frames(manager, features)) {
      return place(manager, frames);
    }
  }

  /**
   * The same with vectors in front of the frames, which get the first positions.
   *
   * @param prefix (rows, vectors, width) in float32
   */
  public NDArray forward(NDManager manager, NDArray features, NDArray prefix) {
    try (NDArray frames = frames(manager, features);
        NDArray all = kernels.call("prepend").with(prefix).with(frames).run(manager)) {
      return place(manager, all);
    }
  }

  private NDArray place(NDManager manager, NDArray frames) {
    return kernels
        .call("add_positions")
        .with(frames)
        .with(positions.table())
        .with(positions.scale())
        .run(manager);
  }

  /** The same without positions, in the kernels' type. */
  public NDArray frames(NDManager manager, NDArray features) {
    int rows = (int) features.getShape().get(0);
    boolean gpu = features.getDevice().isGpu();
    int step = gpu ? ROWS_AT_ONCE_ON_GPU : 1;
    int frames = outputFrames((int) features.getShape().get(1));
    int tile = gpu ? frames : FRAMES_AT_ONCE_ON_CPU;
    try (NDManager scope = manager.newSubManager()) {
      NDList parts = new NDList();
      for (int row = 0; row < rows; row += step) {
        int count = Math.min(step, rows - row);
        NDList tiles = new NDList();
        for (int start = 0; start < frames; start += tile) {
          tiles.add(tile(scope, features, row, count, start, Math.min(tile, frames - start)));
        }
        parts.add(joined(tiles, 1));
      }
      NDArray all = joined(parts, 0);
      all.attach(manager);
      return all;
    }
  }

  private static NDArray joined(NDList parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, axis);
  }

  private NDArray tile(NDManager scope, NDArray features, int row, int rows, int start, int count) {
    return kernels
        .call("subsample")
        .with(features)
        .with(layers)
        .with(row)
        .with(rows)
        .with(start)
        .with(count)
        .run(scope);
  }

  /** (rows, frames, mels) to (rows, width, subsampled frames, subsampled bins). */
  public NDArray convolve(NDManager manager, NDArray features) {
    return kernels.call("convolve").with(features).with(convolutions).run(manager);
  }

  /** Frames that come out for that many frames in: unpadded 3-wide windows at stride 2. */
  public int outputFrames(int frames) {
    return halved(frames, convolutionCount);
  }

  private static int halved(int length, int times) {
    int result = length;
    for (int i = 0; i < times; i++) {
      result = (result - 1) / 2;
    }
    return result;
  }

  /** FLOPs for one row of that many feature frames; borders of tiles count once. */
  public long flops(int frames) {
    long t = frames;
    long m = mels;
    long channels = 1;
    long flops = 0;
    for (int i = 0; i < convolutionCount; i++) {
      t = (t - 1) / 2;
      m = (m - 1) / 2;
      flops += 2 * t * m * width * channels * 9;
      channels = width;
    }
    return flops + 2 * t * (width * m) * width;
  }
}
