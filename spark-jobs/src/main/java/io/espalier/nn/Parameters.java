package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Parameters of one module in the order in which its kernel takes them, wrapped once instead of at
 * every call. The wrappers live as long as the manager.
 */
public final class Parameters {
  private final List<IValue> values;
  private final List<Shape> shapes;

  private Parameters(List<IValue> values, List<Shape> shapes) {
    this.values = values;
    this.shapes = shapes;
  }

  /**
   * Wraps arrays.
   *
   * @param manager closes the wrappers; owner of the model's arrays
   */
  public static Parameters of(NDManager manager, NDArray... arrays) {
    List<IValue> values = new ArrayList<>(arrays.length);
    for (NDArray array : arrays) {
      IValue value = IValue.from((PtNDArray) array);
      manager.attachInternal(value.getUid(), value);
      values.add(value);
    }
    return new Parameters(
        List.copyOf(values), Arrays.stream(arrays).map(NDArray::getShape).toList());
  }

  List<Shape> shapes() {
    return shapes;
  }

  List<IValue> values() {
    return values;
  }
}
