package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
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

  /** Starts a list of parameters. */
  Parameters.Builder parameters() {
    return new Parameters.Builder(manager());
  }

  /** Starts a list of parameters with a layer norm's. */
  Parameters.Builder norm(String name) {
    return parameters().arrays(weight(name), bias(name));
  }

  /** The linear layer of that name, packed. Its original is only needed by others. */
  public Linear linear(String name) {
    return linear(packed(name, ".weight"), packed(name, ".bias"));
  }

  /** The linear layer of that name, packed, which computes in float32. */
  public Linear exact(String name) {
    return Linear.exact(kernels, manager(), packed(name, ".weight"), packed(name, ".bias"));
  }

  /**
   * Some outputs of a linear layer, packed as a layer of their own, which computes in float32.
   *
   * @param outputs their places
   */
  public Linear exact(String name, int... outputs) {
    try (NDManager scope = manager().newSubManager();
        NDArray places = HostData.of(scope, outputs, new Shape(outputs.length))) {
      NDArray weight = packed(name, ".weight").get(places);
      weight.attach(scope);
      NDArray bias = packed(name, ".bias").get(places);
      bias.attach(scope);
      return Linear.exact(kernels, manager(), weight, bias);
    }
  }

  /** Packs a linear layer. */
  Linear linear(NDArray weight, NDArray bias) {
    return Linear.of(kernels, manager(), weight, bias);
  }

  /** Several linear layers as one, below each other, so that one product does the work of all. */
  Linear stacked(String... names) {
    try (NDManager scope = manager().newSubManager()) {
      return linear(stacked(scope, ".weight", names), stacked(scope, ".bias", names));
    }
  }

  /** The two halves of a linear layer's outputs, packed as layers of their own. */
  Linear[] halves(String name) {
    NDArray weight = packed(name, ".weight");
    NDArray bias = packed(name, ".bias");
    long half = weight.getShape().get(0) / 2;
    Linear[] layers = new Linear[2];
    try (NDManager scope = manager().newSubManager()) {
      for (int i = 0; i < 2; i++) {
        NDIndex rows = new NDIndex(i * half + ":" + (i + 1) * half);
        NDArray part = weight.get(rows);
        part.attach(scope);
        NDArray partBias = bias.get(rows);
        partBias.attach(scope);
        layers[i] = linear(part, partBias);
      }
    }
    return layers;
  }

  /** A layer over windows of the features, whose weight is taken in that shape. */
  Linear window(String name, Shape shape) {
    return Linear.window(kernels, manager(), weight(name).reshape(shape), bias(name));
  }

  /** A strided convolution over images that typically have that many frames and bins. */
  Linear convolution(String name, int frames, int bins) {
    return Linear.convolution(
        kernels, manager(), packed(name, ".weight"), packed(name, ".bias"), frames, bins);
  }

  private NDArray stacked(NDManager scope, String suffix, String... names) {
    NDArray all = packed(names[0], suffix);
    for (int i = 1; i < names.length; i++) {
      all = all.concat(packed(names[i], suffix), 0);
      all.attach(scope);
    }
    return all;
  }

  private NDArray packed(String name, String suffix) {
    return weights.takeForPacking(name + suffix);
  }
}
