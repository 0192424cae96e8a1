package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import java.util.Arrays;

/**
 * Rows of a batch on the device: gathers them for a module, and adds the module's result back. With
 * all rows open neither copies anything.
 */
public final class RowSet {
  private final Kernels kernels;
  private final NDArray index;
  private final int[] places;

  /** With all rows. */
  private RowSet(Kernels kernels) {
    this.kernels = kernels;
    this.index = null;
    this.places = new int[0];
  }

  private RowSet(Kernels kernels, NDManager manager, int[] places) {
    this.kernels = kernels;
    this.index = HostData.of(manager, places, new Shape(places.length));
    this.places = places;
  }

  /** Some rows of a batch, in their order. */
  public static RowSet of(Kernels kernels, NDManager manager, Rows rows) {
    if (rows.isAll()) {
      return new RowSet(kernels);
    }
    return new RowSet(kernels, manager, rows.indices());
  }

  /**
   * Rows of a batch in any order.
   *
   * @param places each row's place in the batch
   */
  static RowSet of(Kernels kernels, NDManager manager, int[] places, int batch) {
    if (Arrays.equals(places, Rows.all(batch).indices())) {
      return new RowSet(kernels);
    }
    return new RowSet(kernels, manager, places);
  }

  /** These rows of an array. */
  public NDArray gather(NDManager manager, NDArray x) {
    return index == null ? x : kernels.call("gather_rows").with(x).with(index).run(manager);
  }

  /** The mask of these rows. */
  public FrameMask gather(NDManager manager, FrameMask mask) {
    return index == null ? mask : mask.select(kernels, manager, index, places);
  }

  /** {@code x} with {@code scale * delta} added in these rows. */
  public NDArray residual(NDManager manager, NDArray x, NDArray delta, double scale) {
    if (index == null) {
      return kernels.call("residual").with(x).with(delta).with(scale).run(manager);
    }
    return kernels.call("residual_rows").with(x).with(index).with(delta).with(scale).run(manager);
  }
}
