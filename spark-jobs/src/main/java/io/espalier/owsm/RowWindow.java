package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.Kernels;

/**
 * Some neighbouring rows of a batch as a batch of their own: their encoder gates, and an account
 * that goes to the rows of the whole.
 *
 * @param start first row
 * @param batch rows of the whole batch
 */
record RowWindow(EncoderGates gates, CostMeter meter, int start, int count, int batch)
    implements EncoderGates, CostMeter {

  /** The rows of an array of the whole batch, as a view. */
  NDArray of(Kernels kernels, NDManager manager, NDArray whole) {
    return kernels.call("row_range").with(whole).with(start).with(count).run(manager);
  }

  @Override
  public Rows encoder(int layer, EncoderModule module, int rows) {
    return gates.encoder(layer, module, batch).range(start, count);
  }

  @Override
  public void before(NDManager manager, int layer, NDArray frames, int first) {
    gates.before(manager, layer, frames, start + first);
  }

  @Override
  public void spend(CostPart part, int row, long flops) {
    meter.spend(part, start + row, flops);
  }

  @Override
  public void dense(CostPart part, int row, long flops) {
    meter.dense(part, start + row, flops);
  }
}
