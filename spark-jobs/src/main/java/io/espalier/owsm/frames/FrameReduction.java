package io.espalier.owsm.frames;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.SelfAttention;
import java.util.Arrays;

/**
 * Takes frames away from a batch in the middle of the encoder. Each row's frames are its own
 * choice: they depend on no other row. Frames keep their order, and the positions that were added
 * to them.
 *
 * <p>Dropping follows "Early attentive sparsification" (arXiv 2506.15912): of a block's attention,
 * a frame's score is the weight that it gets as a key, averaged over heads and over the real frames
 * as queries. Merging joins neighbours by the cosine of their vectors, as token merging does with
 * tokens (Bolya et al., ICLR 2023), here with neighbours in time only.
 */
public final class FrameReduction {
  /** All frames stay. */
  public static final FrameReduction NONE =
      new FrameReduction(null, FrameChoice.KEEP, new int[0], 0);

  private final Kernels kernels;
  private final FrameChoice choice;
  private final int[] lengths;
  private final int[] kept;
  private final int most;
  private float[] received;

  /**
   * @param lengths real frames of each row
   * @param most frames of the reduced batch, at least as many as any row keeps
   */
  public FrameReduction(Kernels kernels, FrameChoice choice, int[] lengths, int most) {
    this.kernels = kernels;
    this.choice = choice;
    this.lengths = lengths.clone();
    this.kept = Arrays.stream(lengths).map(choice::kept).toArray();
    this.most = most;
  }

  /** Whether frames go behind this block, from 1. */
  public boolean isBehind(int layer) {
    return choice.isReducing() && choice.layer() == layer;
  }

  /**
   * The attention of the block, of which it takes note where that decides.
   *
   * @return what {@link SelfAttention#forward} returns
   */
  public NDArray attend(NDManager scope, SelfAttention attention, NDArray x, FrameMask mask) {
    if (choice.way() != FrameChoice.Way.DROP) {
      return attention.forward(scope, x, mask);
    }
    NDList both = attention.received(scope, x, mask);
    received = both.get(1).toFloatArray();
    both.get(1).close();
    return both.get(0);
  }

  /**
   * Takes frames away.
   *
   * @param x (rows, frames, width), what comes out of the block
   * @return (rows, {@code most}, width), owned by {@code manager}; behind a row's own frames is
   *     nothing of meaning
   */
  public NDArray reduce(NDManager manager, NDArray x) {
    return choice.way() == FrameChoice.Way.DROP ? drop(manager, x) : merge(manager, x);
  }

  private NDArray drop(NDManager manager, NDArray x) {
    int frames = (int) x.getShape().get(1);
    long[] index = new long[lengths.length * most];
    for (int row = 0; row < lengths.length; row++) {
      float[] own = Arrays.copyOfRange(received, row * frames, row * frames + lengths[row]);
      int[] best = FramePlan.best(own, kept[row]);
      for (int i = 0; i < best.length; i++) {
        index[row * most + i] = best[i];
      }
    }
    try (NDArray places = HostData.of(manager, index, new Shape(lengths.length, most))) {
      return kernels.call("pick_frames").with(x).with(places).run(manager);
    }
  }

  private NDArray merge(NDManager manager, NDArray x) {
    int frames = (int) x.getShape().get(1);
    float[] alike = frames == 1 ? new float[0] : cosines(manager, x);
    long[] index = new long[lengths.length * frames];
    Arrays.fill(index, most);
    for (int row = 0; row < lengths.length; row++) {
      int from = row * (frames - 1);
      float[] own = Arrays.copyOfRange(alike, from, from + lengths[row] - 1);
      int[] joined = FramePlan.joined(own, kept[row]);
      for (int i = 0; i < joined.length; i++) {
        index[row * frames + i] = joined[i];
      }
    }
    try (NDArray places = HostData.of(manager, index, new Shape(lengths.length, frames))) {
      return kernels.call("merge_frames").with(x).with(places).with(most).run(manager);
    }
  }

  /** Of each frame and the next one, row by row. */
  private float[] cosines(NDManager manager, NDArray x) {
    try (NDArray cosines = kernels.call("neighbour_cosines").with(x).run(manager)) {
      return cosines.toFloatArray();
    }
  }

  /** What later blocks may see of the reduced batch. */
  public FrameMask mask(NDManager manager) {
    boolean equal = Arrays.stream(kept).allMatch(length -> length == most);
    return equal ? FrameMask.none(manager) : FrameMask.of(manager, kept, most, true);
  }

  /**
   * FLOPs of choosing for one row: the products of neighbours where frames merge; attention is
   * computed anyway.
   *
   * @param frames of the row
   */
  public long flops(long frames, long width) {
    return choice.way() == FrameChoice.Way.MERGE ? 2 * (frames - 1) * width : 0;
  }
}
