package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutional subsampling and positions: ESPnet's {@code Conv2dSubsampling} (two 3x3 convolutions
 * with stride 2 and ReLU) and {@code Conv2dSubsampling8} (three), then a linear layer. The first
 * convolution has one input channel and runs as a linear layer over its 3x3 windows.
 */
public final class Subsampling {
  /** A row's images take 90 MB at base size: on a CPU one at a time is fastest. */
  private static final int ROWS_AT_ONCE_ON_GPU = 8;

  private final Kernels kernels;
  private final List<Parameters> convolutions = new ArrayList<>();
  private final Parameters linear;
  private final Positions positions;
  private final long width;
  private final int mels;

  /**
   * @param name the embedding's name, with {@code conv.0}, {@code conv.2}, ... below
   * @param linearName the linear layer's own name: it differs between the two
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
    this.mels = mels;
    NDArray weight = module.weight(linearName);
    this.width = weight.getShape().get(0);
    NDArray windows = module.weight(name + ".conv.0").reshape(new Shape(width, 9));
    convolutions.add(module.parameters(windows, module.bias(name + ".conv.0")));
    for (int i = 1; i < convolutionCount; i++) {
      String conv = name + ".conv." + 2 * i;
      convolutions.add(
          module.parameters(channelsLast(module, module.weight(conv)), module.bias(conv)));
    }
    // The reference flattens channel by channel; here a frame's bins lie together.
    long bins = weight.getShape().get(1) / width;
    NDArray byBin =
        weight
            .reshape(new Shape(width, width, bins))
            .transpose(0, 2, 1)
            .reshape(new Shape(width, width * bins));
    this.linear = module.parameters(byBin, module.bias(linearName));
  }

  private static NDArray channelsLast(ModuleScope module, NDArray weight) {
    return module.kernels().call("channels_last").with(weight).run(module.manager());
  }

  /** (rows, frames, mels) to (rows, subsampled frames, width), with positions. */
  public NDArray forward(NDManager manager, NDArray features) {
    int rows = (int) features.getShape().get(0);
    int step = manager.getDevice().isGpu() ? ROWS_AT_ONCE_ON_GPU : 1;
    try (NDManager scope = manager.newSubManager()) {
      NDList parts = new NDList();
      for (int row = 0; row < rows; row += step) {
        int count = Math.min(step, rows - row);
        NDArray some = kernels.call("row_range").with(features).with(row).with(count).run(scope);
        try (NDArray image = convolve(scope, some)) {
          parts.add(project(scope, image));
        }
      }
      NDArray x = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
      return kernels
          .call("add_positions")
          .with(x)
          .with(positions.table())
          .with(positions.scale())
          .run(manager);
    }
  }

  /** (rows, frames, mels) to (rows, width, subsampled frames, subsampled bins). */
  public NDArray convolve(NDManager manager, NDArray features) {
    NDArray x =
        kernels.call("first_conv_relu").with(features).with(convolutions.get(0)).run(manager);
    for (Parameters convolution : convolutions.subList(1, convolutions.size())) {
      NDArray y = kernels.call("conv_relu").with(x).with(convolution).run(manager);
      x.close();
      x = y;
    }
    return x;
  }

  /** The convolutions' result to (rows, subsampled frames, width). */
  public NDArray project(NDManager manager, NDArray image) {
    return kernels.call("subsample_out").with(image).with(linear).run(manager);
  }

  /** Frames that come out for that many frames in: unpadded 3-wide windows at stride 2. */
  public int outputFrames(int frames) {
    return outputLength(frames);
  }

  private int outputLength(int length) {
    int result = length;
    for (int i = 0; i < convolutions.size(); i++) {
      result = (result - 1) / 2;
    }
    return result;
  }

  /** FLOPs for one row of that many feature frames. */
  public long flops(int frames) {
    long t = frames;
    long m = mels;
    long channels = 1;
    long flops = 0;
    for (int i = 0; i < convolutions.size(); i++) {
      t = (t - 1) / 2;
      m = (m - 1) / 2;
      flops += 2 * t * m * width * channels * 9;
      channels = width;
    }
    return flops + 2 * t * (width * m) * width;
  }
}
