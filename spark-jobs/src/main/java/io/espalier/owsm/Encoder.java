package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.nn.LayerNorm;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Positions;
import io.espalier.nn.Subsampling;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.owsm.frames.FrameReduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** OWSM's encoder (ESPnet's {@code EBranchformerEncoder}): subsampling, blocks, a last norm. */
public final class Encoder {
  /**
   * Rows that a CPU takes through all blocks together have about this many values: their
   * activations then stay in its caches from one module to the next. A whole batch is up to a fifth
   * slower.
   */
  private static final long VALUES_AT_ONCE_ON_CPU = 300_000;

  private final Kernels kernels;
  private final Subsampling subsampling;
  private final List<EncoderLayer> layers = new ArrayList<>();
  private final LayerNorm afterNorm;

  /**
   * @param positions of the frames, and of what is put in front of them
   */
  public Encoder(ModuleScope module, OwsmConfig config, Positions positions) {
    this.kernels = module.kernels();
    OwsmConfig.Encoder shape = config.encoder();
    String linear =
        switch (shape.inputLayer()) {
          case CONV2D -> "encoder.embed.out.0";
          case CONV2D8 -> "encoder.embed.out";
        };
    this.subsampling =
        new Subsampling(
            module,
            "encoder.embed",
            linear,
            shape.inputLayer().convolutions(),
            config.frontend().nMels(),
            positions);
    for (int i = 0; i < shape.numBlocks(); i++) {
      layers.add(new EncoderLayer(module, i, shape.attentionHeads()));
    }
    this.afterNorm = new LayerNorm(module, "encoder.after_norm");
  }

  /**
   * Normalised log-mel features to frames with positions: what the blocks, and a gate predictor,
   * see.
   *
   * @param features (rows, frames, mels)
   * @return (rows, subsampled frames, width), owned by {@code manager}
   */
  public NDArray subsample(NDManager manager, NDArray features, CostMeter meter) {
    return subsample(manager, features, allFrames(features), meter);
  }

  /**
   * The same for rows that are padded.
   *
   * @param lengths feature frames that each row would have alone
   */
  public NDArray subsample(NDManager manager, NDArray features, int[] lengths, CostMeter meter) {
    countSubsampling(lengths, meter);
    return subsampling.forward(manager, features);
  }

  private static int[] allFrames(NDArray features) {
    int[] lengths = new int[(int) features.getShape().get(0)];
    Arrays.fill(lengths, (int) features.getShape().get(1));
    return lengths;
  }

  private void countSubsampling(int[] lengths, CostMeter meter) {
    meter.module(
        CostPart.SUBSAMPLING, Rows.all(lengths.length), row -> subsampling.flops(lengths[row]));
  }

  /**
   * The same with a prompt's vectors in front of the frames, which get the first positions.
   *
   * @param prefix (rows, vectors, width)
   * @param lengths feature frames that each row would have alone
   * @return (rows, vectors + subsampled frames, width), owned by {@code manager}
   */
  public NDArray subsample(
      NDManager manager, NDArray features, NDArray prefix, int[] lengths, CostMeter meter) {
    countSubsampling(lengths, meter);
    return subsampling.forward(manager, features, prefix);
  }

  /**
   * Runs the blocks and the last norm.
   *
   * @param frames (rows, frames, width) from {@link #subsample}
   * @return the same shape, owned by {@code manager}
   */
  public NDArray forward(
      NDManager manager, NDArray frames, FrameMask mask, EncoderGates gates, CostMeter meter) {
    return forward(manager, frames, mask, gates, EncoderExtension.NONE, meter);
  }

  /**
   * The same, with what another kind of OWSM computes in its blocks besides.
   *
   * @param extension for the rows of this batch
   */
  public NDArray forward(
      NDManager manager,
      NDArray frames,
      FrameMask mask,
      EncoderGates gates,
      EncoderExtension extension,
      CostMeter meter) {
    return forward(
        manager, frames, mask, gates, extension, meter, (start, count) -> FrameReduction.NONE);
  }

  /**
   * Runs the blocks with all modules, and the last norm. Behind one of the blocks, frames go.
   *
   * @param frames (rows, frames, width) from {@link #subsample}
   * @param lengths real frames of each row; {@link FrameChoice#kept} of them stay
   * @return (rows, most frames that stay of a row, width), owned by {@code manager}
   */
  public NDArray reduced(
      NDManager manager,
      NDArray frames,
      FrameMask mask,
      int[] lengths,
      FrameChoice choice,
      CostMeter meter) {
    int most = Arrays.stream(lengths).map(choice::kept).max().orElseThrow();
    return forward(
        manager,
        frames,
        mask,
        ModuleGates.OPEN,
        EncoderExtension.NONE,
        meter,
        (start, count) ->
            new FrameReduction(
                kernels, choice, Arrays.copyOfRange(lengths, start, start + count), most));
  }

  /** What becomes of the frames of some neighbouring rows. */
  @FunctionalInterface
  private interface Reductions {
    FrameReduction of(int start, int count);
  }

  private NDArray forward(
      NDManager manager,
      NDArray frames,
      FrameMask mask,
      EncoderGates gates,
      EncoderExtension extension,
      CostMeter meter,
      Reductions reductions) {
    int rows = (int) frames.getShape().get(0);
    int step = rowsAtOnce(frames);
    if (rows <= step) {
      return blocks(manager, frames, mask, gates, extension, meter, reductions.of(0, rows));
    }
    try (NDManager scope = manager.newSubManager()) {
      NDList parts = new NDList();
      for (int row = 0; row < rows; row += step) {
        RowWindow window = new RowWindow(gates, meter, row, Math.min(step, rows - row), rows);
        FrameReduction reduction = reductions.of(row, window.count());
        try (NDManager inner = scope.newSubManager()) {
          NDArray some = window.of(kernels, inner, frames);
          FrameMask someMask = mask.range(kernels, inner, row, window.count());
          EncoderExtension part = extension.range(inner, row, window.count());
          parts.add(blocks(scope, some, someMask, window, part, window, reduction));
        }
      }
      NDArray all = NDArrays.concat(parts, 0);
      all.attach(manager);
      return all;
    }
  }

  private static int rowsAtOnce(NDArray frames) {
    Shape shape = frames.getShape();
    return frames.getDevice().isGpu()
        ? (int) shape.get(0)
        : (int) Math.max(1, VALUES_AT_ONCE_ON_CPU / (shape.get(1) * shape.get(2)));
  }

  private NDArray blocks(
      NDManager manager,
      NDArray frames,
      FrameMask mask,
      EncoderGates gates,
      EncoderExtension extension,
      CostMeter meter,
      FrameReduction reduction) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = frames;
      FrameMask seen = mask;
      CostMeter own = meter;
      for (int layer = 0; layer < layers.size(); layer++) {
        EncoderLayer block = layers.get(layer);
        boolean reducing = reduction.isBehind(layer + 1);
        EncoderLayer.Attending attending = reducing ? reduction::attend : EncoderLayer.PLAIN;
        NDArray y = block.forward(scope, x, seen, gates, extension, own, attending);
        if (x != frames) {
          x.close();
        }
        x = extension.behind(scope, layer, y);
        if (x != y) {
          y.close();
        }
        if (own != meter) {
          countDense(block, frames, mask, meter);
        }
        if (reducing) {
          NDArray all = x;
          x = reduction.reduce(scope, all);
          all.close();
          seen = reduction.mask(scope);
          countReduction(reduction, frames, mask, meter);
          own = meter.spending();
        }
      }
      return afterNorm.forward(manager, x);
    }
  }

  /** What a block costs with all frames. */
  private static void countDense(
      EncoderLayer block, NDArray frames, FrameMask mask, CostMeter meter) {
    for (int row = 0; row < frames.getShape().get(0); row++) {
      long own = mask.frames(row, frames.getShape().get(1));
      meter.dense(CostPart.ENCODER_ATT, row, block.flops(own));
    }
  }

  private static void countReduction(
      FrameReduction reduction, NDArray frames, FrameMask mask, CostMeter meter) {
    Shape shape = frames.getShape();
    for (int row = 0; row < shape.get(0); row++) {
      long own = mask.frames(row, shape.get(1));
      meter.spend(CostPart.ENCODER_MERGE, row, reduction.flops(own, shape.get(2)));
    }
  }

  /** Frames after subsampling of that many feature frames. */
  public int outputFrames(int featureFrames) {
    return subsampling.outputFrames(featureFrames);
  }

  Subsampling subsampling() {
    return subsampling;
  }

  List<EncoderLayer> layers() {
    return layers;
  }
}
