package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Parameters of one module in the order in which its kernel takes them, wrapped once instead of at
 * every call. The wrappers live as long as the manager.
 */
public final class Parameters {
  private final List<IValue> values;
  private final List<Shape> shapes;

  private Parameters(List<IValue> values, List<Shape> shapes) {
    this.values = List.copyOf(values);
    this.shapes = List.copyOf(shapes);
  }

  /**
   * Wraps arrays.
   *
   * @param manager closes the wrappers; owner of the model's arrays
   */
  public static Parameters of(NDManager manager, NDArray... arrays) {
    return new Builder(manager).arrays(arrays).build();
  }

  /** Collects parameters in their kernel's order. */
  public static final class Builder {
    private final NDManager manager;
    private final List<IValue> values = new ArrayList<>();
    private final List<Shape> shapes = new ArrayList<>();

    /**
     * @param manager closes the wrappers; owner of the model's arrays
     */
    public Builder(NDManager manager) {
      this.manager = manager;
    }

    /** Adds arrays. */
    public Builder arrays(NDArray... arrays) {
      for (NDArray array : arrays) {
        IValue value = IValue.from((PtNDArray) array);
        manager.attachInternal(value.getUid(), value);
        values.add(value);
        shapes.add(array.getShape());
      }
      return this;
    }

    /** Adds linear layers, each one argument. */
    public Builder linear(Linear... layers) {
      for (Linear layer : layers) {
        values.add(layer.value());
        shapes.addAll(layer.shapes());
      }
      return this;
    }

    /** All that was added. */
    public Parameters build() {
      return new Parameters(values, shapes);
    }
  }

  List<Shape> shapes() {
    return shapes;
  }

  List<IValue> values() {
    return values;
  }
}
