package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/** The trained predictors decide. */
final class LearnedGates implements GatePolicy {
  private final GatePredictor predictor;
  private final Set<ContextKind> contexts;
  private final double target;

  /**
   * @param contexts what the predictors may look at; those that they do not know do not matter
   * @param target sparsity for rows that ask for none; NaN for the predictors' own
   */
  LearnedGates(GatePredictor predictor, Set<ContextKind> contexts, double target) {
    this.predictor = predictor;
    this.contexts = EnumSet.noneOf(ContextKind.class);
    this.contexts.addAll(contexts);
    this.contexts.retainAll(predictor.config().contexts());
    this.target = Double.isNaN(target) ? predictor.config().target() : target;
  }

  @Override
  public boolean differs() {
    return true;
  }

  @Override
  public boolean isByLayer() {
    return predictor.config().view().isByLayer();
  }

  @Override
  public DecidedGates layers(List<GateInput> rows, CostMeter meter) {
    Map<Integer, GateArrays> arrays = new HashMap<>();
    return new LayerGates(
        rows.size(),
        predictor.model(),
        (manager, layer, frames, first) -> {
          int end = first + (int) frames.getShape().get(0);
          GateArrays shown =
              arrays.computeIfAbsent(first, start -> arrays(rows.subList(start, end)));
          spend(meter, rows, first, end, own -> predictor.encoderFlops(layer, own));
          return predictor.encoder(manager, layer, frames, shown);
        });
  }

  @Override
  public List<OpenModules> encoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    spend(meter, rows, 0, rows.size(), own -> predictor.encoderFlops(0, own));
    return predictor.encoder(manager, 0, frames, arrays(rows));
  }

  @Override
  public List<OpenModules> decoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    spend(meter, rows, 0, rows.size(), predictor::decoderFlops);
    return predictor.decoder(manager, frames, arrays(rows));
  }

  /**
   * Counts what predictors cost some rows.
   *
   * @param flops for that many frames
   */
  private static void spend(
      CostMeter meter, List<GateInput> rows, int first, int end, LongUnaryOperator flops) {
    for (int row = first; row < end; row++) {
      meter.spend(CostPart.GATES, row, flops.applyAsLong(rows.get(row).computed()));
    }
  }

  private GateArrays arrays(List<GateInput> rows) {
    double[] targets = rows.stream().mapToDouble(this::target).toArray();
    return GateArrays.of(
        predictor.config(), rows, Collections.nCopies(rows.size(), contexts), targets);
  }

  private double target(GateInput row) {
    double own = row.context().targetSparsity();
    return Double.isNaN(own) ? target : own;
  }

  @Override
  public long contextFlops(UtteranceContext context) {
    long speaker = contexts.contains(ContextKind.SPEAKER) ? context.speakerFlops() : 0;
    long event = contexts.contains(ContextKind.EVENT) ? context.eventFlops() : 0;
    return speaker + event;
  }
}
