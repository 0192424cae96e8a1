package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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

  private Parameters(List<IValue> values) {
    this.values = values;
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
    return new Parameters(List.copyOf(values));
  }

  List<IValue> values() {
    return values;
  }
}
