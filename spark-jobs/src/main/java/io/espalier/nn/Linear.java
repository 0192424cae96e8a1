package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Weight and bias of a linear layer or convolution in the form in which the kernels want them:
 * converted to their precision and packed once. Lives as long as its manager.
 */
public final class Linear {
  private final IValue value;
  private final List<Shape> shapes;

  private Linear(IValue value, List<Shape> shapes) {
    this.value = value;
    this.shapes = shapes;
  }

  /**
   * Packs a linear layer.
   *
   * @param manager owns the packed arrays
   * @param weight (outputs, inputs) in float32; not needed any more afterwards
   * @param bias (outputs)
   */
  public static Linear of(Kernels kernels, NDManager manager, NDArray weight, NDArray bias) {
    return of(kernels.call("pack").with(weight).with(bias), manager, weight, bias);
  }

  /** A linear layer that computes in float32 whatever the kernels' precision is. */
  public static Linear exact(Kernels kernels, NDManager manager, NDArray weight, NDArray bias) {
    return of(kernels.call("pack_exact").with(weight).with(bias), manager, weight, bias);
  }

  /** A layer over small windows of the features: (outputs, values of a window). */
  static Linear window(Kernels kernels, NDManager manager, NDArray weight, NDArray bias) {
    return of(kernels.call("pack_window").with(weight).with(bias), manager, weight, bias);
  }

  /**
   * A convolution of 3x3 windows with stride 2.
   *
   * @param weight (outputs, inputs, 3, 3)
   * @param frames of a typical image
   * @param bins of its images
   */
  static Linear convolution(
      Kernels kernels, NDManager manager, NDArray weight, NDArray bias, int frames, int bins) {
    Kernels.Call call = kernels.call("pack_conv").with(weight).with(bias).with(frames).with(bins);
    return of(call, manager, weight, bias);
  }

  /** Stands for "no such layer". */
  static Linear absent(Kernels kernels, NDManager manager) {
    return new Linear(
        kernels.call("no_layer").runOpaque(manager), List.of(new Shape(0), new Shape(0)));
  }

  private static Linear of(Kernels.Call call, NDManager manager, NDArray weight, NDArray bias) {
    return new Linear(call.runOpaque(manager), List.of(weight.getShape(), bias.getShape()));
  }

  IValue value() {
    return value;
  }

  /** Shapes of weight and bias. */
  List<Shape> shapes() {
    return shapes;
  }
}
