package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.BranchMerge;
import io.espalier.nn.FeedForward;
import io.espalier.nn.FrameMask;
import io.espalier.nn.GatingMlp;
import io.espalier.nn.Kernels;
import io.espalier.nn.LayerNorm;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.SelfAttention;
import java.util.Arrays;

/**
 * One E-Branchformer block (ESPnet's {@code EBranchformerEncoderLayer}): a half feed-forward,
 * attention and cgMLP side by side, their merge, another half feed-forward, a layer norm. A closed
 * module's rows are left out of its computation.
 */
final class EncoderLayer {
  private static final double HALF = 0.5;

  private final int index;
  private final Kernels kernels;
  private final FeedForward ffn1;
  private final SelfAttention attention;
  private final GatingMlp cgmlp;
  private final BranchMerge merge;
  private final FeedForward ffn2;
  private final LayerNorm norm;

  EncoderLayer(ModuleScope module, int index, int heads) {
    String name = "encoder.encoders." + index;
    this.index = index;
    this.kernels = module.kernels();
    this.ffn1 =
        new FeedForward(
            module,
            name + ".feed_forward_macaron",
            name + ".norm_ff_macaron",
            FeedForward.Activation.SWISH);
    this.attention = new SelfAttention(module, name + ".attn", name + ".norm_mha", heads);
    this.cgmlp = new GatingMlp(module, name + ".cgmlp", name + ".norm_mlp");
    this.merge = new BranchMerge(module, name);
    this.ffn2 =
        new FeedForward(
            module, name + ".feed_forward", name + ".norm_ff", FeedForward.Activation.SWISH);
    this.norm = new LayerNorm(module, name + ".norm_final");
  }

  /** Runs the attention of a block. */
  @FunctionalInterface
  interface Attending {
    /** What {@link SelfAttention#forward} returns. */
    NDArray attend(NDManager scope, SelfAttention attention, NDArray x, FrameMask mask);
  }

  /** The attention as it is. */
  static final Attending PLAIN = (scope, attention, x, mask) -> attention.forward(scope, x, mask);

  /** (rows, frames, width) to the same shape, owned by {@code manager}. */
  NDArray forward(
      NDManager manager, NDArray input, FrameMask mask, EncoderGates gates, CostMeter meter) {
    return forward(manager, input, mask, gates, EncoderExtension.NONE, meter, PLAIN);
  }

  /**
   * The same with what an extension does in front of the last norm, and with a way to run the
   * attention.
   */
  NDArray forward(
      NDManager manager,
      NDArray input,
      FrameMask mask,
      EncoderGates gates,
      EncoderExtension extension,
      CostMeter meter,
      Attending attending) {
    int batch = (int) input.getShape().get(0);
    try (NDManager scope = manager.newSubManager()) {
      gates.before(scope, index, input, 0);
      Rows ffn1Rows = gates.encoder(index, EncoderModule.FFN1, batch);
      Rows ffn2Rows = gates.encoder(index, EncoderModule.FFN2, batch);
      NDArray x = feedForward(scope, ffn1, CostPart.ENCODER_FFN1, input, ffn1Rows, mask, meter);
      NDArray y = branches(scope, x, mask, gates, meter, attending);
      release(x, input);
      NDArray z = feedForward(scope, ffn2, CostPart.ENCODER_FFN2, y, ffn2Rows, mask, meter);
      release(y, z);
      return norm.forward(manager, extension.beforeNorm(scope, index, z));
    }
  }

  /** Long activations are given back at once, not at the end of the layer. */
  private static void release(NDArray array, NDArray stillUsed) {
    if (array != stillUsed) {
      array.close();
    }
  }

  private NDArray feedForward(
      NDManager scope,
      FeedForward ffn,
      CostPart part,
      NDArray x,
      Rows rows,
      FrameMask mask,
      CostMeter meter) {
    long frames = x.getShape().get(1);
    meter.module(part, rows, row -> ffn.flops(mask.frames(row, frames)));
    if (rows.isEmpty()) {
      return x;
    }
    RowSet set = RowSet.of(kernels, scope, rows);
    try (NDArray delta = ffn.forward(scope, set.gather(scope, x))) {
      return set.residual(scope, x, delta, HALF);
    }
  }

  private NDArray branches(
      NDManager scope,
      NDArray x,
      FrameMask mask,
      EncoderGates gates,
      CostMeter meter,
      Attending attending) {
    int batch = (int) x.getShape().get(0);
    long frames = x.getShape().get(1);
    Rows attRows = gates.encoder(index, EncoderModule.ATT, batch);
    Rows mlpRows = gates.encoder(index, EncoderModule.CGMLP, batch);
    meter.module(CostPart.ENCODER_ATT, attRows, row -> attention.flops(mask.frames(row, frames)));
    meter.module(CostPart.ENCODER_CGMLP, mlpRows, row -> cgmlp.flops(mask.frames(row, frames)));
    NDArray a = null;
    if (!attRows.isEmpty()) {
      RowSet set = RowSet.of(kernels, scope, attRows);
      a = attending.attend(scope, attention, set.gather(scope, x), set.gather(scope, mask));
    }
    NDArray c = null;
    if (!mlpRows.isEmpty()) {
      RowSet set = RowSet.of(kernels, scope, mlpRows);
      c = cgmlp.forward(scope, set.gather(scope, x), set.gather(scope, mask));
    }
    return merge(scope, x, a, attRows, c, mlpRows, mask, meter);
  }

  /** Rows are merged in up to four groups: both branches open, one of them, none. */
  private NDArray merge(
      NDManager scope,
      NDArray x,
      NDArray a,
      Rows attRows,
      NDArray c,
      Rows mlpRows,
      FrameMask mask,
      CostMeter meter) {
    int batch = attRows.batch();
    long frames = x.getShape().get(1);
    int[] inA = attRows.places();
    int[] inC = mlpRows.places();
    NDArray result = x;
    for (int kind = 0; kind < 4; kind++) {
      boolean hasA = (kind & 1) != 0;
      boolean hasC = (kind & 2) != 0;
      boolean[] member = new boolean[batch];
      for (int row = 0; row < batch; row++) {
        member[row] = (inA[row] >= 0) == hasA && (inC[row] >= 0) == hasC;
      }
      Rows rows = Rows.of(member);
      if (rows.isEmpty()) {
        continue;
      }
      RowSet set = RowSet.of(kernels, scope, rows);
      NDArray branchA = hasA ? pick(scope, a, attRows, inA, rows) : null;
      NDArray branchC = hasC ? pick(scope, c, mlpRows, inC, rows) : null;
      NDArray delta = mergeGroup(scope, branchA, branchC, set.gather(scope, mask));
      result = set.residual(scope, result, delta, 1.0);
      int branches = Integer.bitCount(kind);
      for (int row : rows.indices()) {
        long own = mask.frames(row, frames);
        meter.spend(CostPart.ENCODER_MERGE, row, merge.flops(own, branches));
      }
    }
    for (int row = 0; row < batch; row++) {
      meter.dense(CostPart.ENCODER_MERGE, row, merge.flops(mask.frames(row, frames), 2));
    }
    return result;
  }

  private NDArray pick(NDManager scope, NDArray branch, Rows have, int[] places, Rows want) {
    int[] indices = Arrays.stream(want.indices()).map(row -> places[row]).toArray();
    return RowSet.of(kernels, scope, new Rows(indices, have.count())).gather(scope, branch);
  }

  private NDArray mergeGroup(NDManager scope, NDArray a, NDArray c, FrameMask mask) {
    if (a != null && c != null) {
      return merge.both(scope, a, c, mask);
    }
    if (a != null) {
      return merge.attentionOnly(scope, a, mask);
    }
    return c != null ? merge.cgmlpOnly(scope, c, mask) : merge.neither();
  }

  /** FLOPs for one row of that many frames with all modules open. */
  long flops(long frames) {
    return ffn1.flops(frames)
        + attention.flops(frames)
        + cgmlp.flops(frames)
        + merge.flops(frames, 2)
        + ffn2.flops(frames);
  }

  FeedForward ffn1() {
    return ffn1;
  }

  SelfAttention attention() {
    return attention;
  }

  GatingMlp cgmlp() {
    return cgmlp;
  }

  BranchMerge merge() {
    return merge;
  }

  FeedForward ffn2() {
    return ffn2;
  }

  LayerNorm norm() {
    return norm;
  }
}
