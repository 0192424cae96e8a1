package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.owsm.CostMeter;
import java.util.Collections;
import java.util.List;

/** The same modules for every utterance. */
record FixedGates(GateSet gates) implements GatePolicy {
  @Override
  public boolean differs() {
    return false;
  }

  @Override
  public List<OpenModules> encoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return Collections.nCopies(rows.size(), gates.encoder());
  }

  @Override
  public List<OpenModules> decoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return Collections.nCopies(rows.size(), gates.decoder());
  }

  @Override
  public long contextFlops(UtteranceContext context) {
    return 0;
  }
}
