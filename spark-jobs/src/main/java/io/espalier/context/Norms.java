package io.espalier.context;

import ai.djl.ndarray.NDArray;
import io.espalier.nn.Weights;

/**
 * A batch norm with fixed statistics as one multiplication and one addition.
 *
 * @param scale per channel
 * @param shift per channel
 */
record Norms(NDArray scale, NDArray shift) {
  private static final double EPS = 1e-5;

  /**
   * @param name the norm's name, with its own four parameters below
   */
  static Norms of(Weights weights, String name) {
    NDArray variance = weights.get(name + ".running_var");
    NDArray scale = weights.get(name + ".weight").div(variance.add(EPS).sqrt());
    NDArray mean = weights.get(name + ".running_mean");
    return new Norms(scale, weights.get(name + ".bias").sub(mean.mul(scale)));
  }

  /** The same for (rows, channels, frames). */
  Norms perChannel() {
    return new Norms(scale.expandDims(1), shift.expandDims(1));
  }
}
