package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** What every block of the network starts from: its kernels and its named parameters. */
public record ModuleScope(Kernels kernels, Weights weights) {
  /** Layer norms of OWSM's encoder and decoder use this; most libraries default to 1e-5. */
  public static final double NORM_EPS = 1e-12;

  /** Owner of the parameters. */
  public NDManager manager() {
    return weights.manager();
  }

  NDArray weight(String name) {
    return weights.get(name + ".weight");
  }

  NDArray bias(String name) {
    return weights.get(name + ".bias");
  }

  /** Stands for "no such argument": the kernels test for zero elements. */
  NDArray absent() {
    return manager().zeros(new Shape(0));
  }

  /** Wraps the arrays for calls. */
  Parameters parameters(NDArray... arrays) {
    return Parameters.of(manager(), arrays);
  }

  /** Rows of several linear layers below each other, so that one product does the work of all. */
  NDArray stacked(String suffix, String... names) {
    NDArray all = weights.get(names[0] + suffix);
    for (int i = 1; i < names.length; i++) {
      all = all.concat(weights.get(names[i] + suffix), 0);
    }
    return all;
  }
}
