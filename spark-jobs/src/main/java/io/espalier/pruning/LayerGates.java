package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.Rows;
import java.util.Arrays;
import java.util.List;

/**
 * The encoder's gates of one batch, where each layer's are decided just before it runs. Used by one
 * thread, for one run of the encoder.
 */
final class LayerGates implements DecidedGates {
  private final Decider decider;
  private final boolean[][] open;
  private final int regular;
  private final List<Integer> crossAttention;

  /** Decides about one layer for some neighbouring rows of the batch. */
  @FunctionalInterface
  interface Decider {
    /**
     * The open modules of a layer (from 0).
     *
     * @param frames (rows, frames, width), what the layer sees
     * @param first place of the first of these rows in the batch
     * @return of each row; a cross attention stands behind the others
     */
    List<OpenModules> decide(NDManager manager, int layer, NDArray frames, int first);
  }

  /**
   * @param model whose modules are decided about
   */
  LayerGates(int rows, OwsmConfig model, Decider decider) {
    this.decider = decider;
    this.open = new boolean[rows][GateParameters.encoderModules(model)];
    this.regular = GateParameters.regularModules(model);
    this.crossAttention = model.crossAttention();
  }

  @Override
  public void before(NDManager manager, int layer, NDArray frames, int first) {
    List<OpenModules> decided = decider.decide(manager, layer, frames, first);
    int cross = crossAttention.indexOf(layer);
    for (int row = 0; row < decided.size(); row++) {
      for (EncoderModule module : EncoderModule.values()) {
        open[first + row][module.gate(layer)] = decided.get(row).isOpen(module.gate(0));
      }
      if (cross >= 0) {
        open[first + row][regular + cross] = decided.get(row).isOpen(EncoderModule.COUNT);
      }
    }
  }

  @Override
  public Rows encoder(int layer, EncoderModule module, int batch) {
    return rows(module.gate(layer));
  }

  @Override
  public Rows cross(int index, int batch) {
    return rows(regular + index);
  }

  private Rows rows(int module) {
    boolean[] rows = new boolean[open.length];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = open[row][module];
    }
    return Rows.of(rows);
  }

  @Override
  public List<OpenModules> decided() {
    return Arrays.stream(open).map(own -> OpenModules.of(own).withExtra(regular)).toList();
  }
}
