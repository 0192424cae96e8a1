package io.espalier.owsm.ctc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.SourceAttention;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.EncoderExtension;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.RowSet;
import io.espalier.owsm.Rows;
import java.util.List;

/**
 * What ESPnet's {@code EBranchformerCTCEncoder} has in its blocks besides those of E-Branchformer:
 * attention to the prompt behind the last feed-forward of some, and self-conditioning behind
 * others.
 */
final class PromptedLayers {
  private static final double WHOLE = 1.0;

  private final Kernels kernels;
  private final CtcOutput output;
  private final List<Integer> crossLayers;
  private final List<Integer> conditioned;
  private final List<SourceAttention> attentions;

  PromptedLayers(ModuleScope module, OwsmConfig config, CtcOutput output) {
    OwsmConfig.CtcOnly shape = config.ctcOnly().orElseThrow();
    int heads = config.encoder().attentionHeads();
    this.kernels = module.kernels();
    this.output = output;
    this.crossLayers = shape.crossAttention();
    this.conditioned = shape.conditioned();
    this.attentions =
        crossLayers.stream()
            .map(layer -> "encoder.encoders." + layer)
            .map(
                name ->
                    new SourceAttention(
                        module, name + ".cross_attn", name + ".norm_cross_attn", heads))
            .toList();
  }

  /** For the rows of a batch. */
  EncoderExtension of(PromptMemory memory, CrossGates gates, FrameMask mask, CostMeter meter) {
    return new Batch(memory, gates, mask, meter);
  }

  /** What a cross attention adds to frames, (rows, frames, width). */
  NDArray attend(NDManager scope, int index, NDArray x, PromptMemory memory) {
    SourceAttention attention = attentions.get(index);
    try (NDArray keys = attention.keysAndValues(scope, memory.frames())) {
      return attention.forward(scope, x, keys, memory.mask().keys());
    }
  }

  private final class Batch implements EncoderExtension {
    private final PromptMemory memory;
    private final CrossGates gates;
    private final FrameMask mask;
    private final CostMeter meter;

    Batch(PromptMemory memory, CrossGates gates, FrameMask mask, CostMeter meter) {
      this.memory = memory;
      this.gates = gates;
      this.mask = mask;
      this.meter = meter;
    }

    @Override
    public NDArray beforeNorm(NDManager scope, int layer, NDArray x) {
      int index = crossLayers.indexOf(layer);
      if (index < 0) {
        return x;
      }
      Rows rows = gates.cross(index, memory.lengths().length);
      count(attentions.get(index), rows, x.getShape().get(1));
      if (rows.isEmpty()) {
        return x;
      }
      RowSet set = RowSet.of(kernels, scope, rows);
      PromptMemory own = memory.gather(set, scope);
      try (NDArray delta = attend(scope, index, set.gather(scope, x), own)) {
        return set.residual(scope, x, delta, WHOLE);
      }
    }

    private void count(SourceAttention attention, Rows rows, long frames) {
      for (int row : rows.indices()) {
        meter.spend(CostPart.ENCODER_SRC, row, flops(attention, row, frames));
      }
      for (int row = 0; row < rows.batch(); row++) {
        meter.dense(CostPart.ENCODER_SRC, row, flops(attention, row, frames));
      }
    }

    private long flops(SourceAttention attention, int row, long frames) {
      int tokens = memory.lengths()[row];
      return attention.keyFlops(tokens) + attention.flops(mask.frames(row, frames), tokens);
    }

    @Override
    public NDArray behind(NDManager scope, int layer, NDArray x) {
      return conditioned.contains(layer) ? output.condition(scope, x, mask, meter) : x;
    }

    @Override
    public EncoderExtension range(NDManager scope, int start, int count) {
      int batch = memory.lengths().length;
      return new Batch(
          memory.range(kernels, scope, start, count),
          (index, own) -> gates.cross(index, batch).range(start, count),
          mask.range(kernels, scope, start, count),
          meter.range(start));
    }
  }
}
