package io.espalier.training.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.espalier.nn.HostData;
import java.util.Arrays;

/** Vectors between heap and device in parts: one transfer cannot have more than 2 GiB. */
public final class LongVectors {
  private static final int PART = 1 << 26;

  private LongVectors() {}

  /** A copy on the manager's device. */
  public static NDArray create(NDManager manager, float[] values) {
    return create(manager, values, PART);
  }

  public static NDArray create(NDManager manager, float[] values, int most) {
    if (values.length <= most) {
      return HostData.of(manager, values);
    }
    try (NDManager scope = manager.newSubManager()) {
      NDList parts = new NDList();
      for (int start = 0; start < values.length; start += most) {
        parts.add(HostData.of(scope, part(values, start, most)));
      }
      NDArray all = NDArrays.concat(parts);
      all.attach(manager);
      return all;
    }
  }

  /** A copy on the heap. */
  public static float[] read(NDArray vector) {
    return read(vector, PART);
  }

  public static float[] read(NDArray vector, int most) {
    if (vector.size() <= most) {
      return vector.toFloatArray();
    }
    float[] values = new float[Math.toIntExact(vector.size())];
    for (int start = 0; start < values.length; start += most) {
      int end = (int) Math.min((long) start + most, values.length);
      try (NDArray part = vector.get(new NDIndex(start + ":" + end))) {
        System.arraycopy(part.toFloatArray(), 0, values, start, end - start);
      }
    }
    return values;
  }

  private static float[] part(float[] values, int start, int most) {
    return Arrays.copyOfRange(values, start, (int) Math.min((long) start + most, values.length));
  }
}
