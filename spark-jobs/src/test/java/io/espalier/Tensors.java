package io.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Named arrays of a reference {@code .npz}, and the tolerances that a float32 port has to meet. */
public final class Tensors {
  private static final double RELATIVE = 1e-4;

  private final Map<String, NDArray> arrays = new TreeMap<>();

  private Tensors(NDList list) {
    list.forEach(array -> arrays.put(array.getName(), array));
  }

  /** Reads all arrays; they belong to {@code manager}. */
  public static Tensors read(NDManager manager, Path npz) {
    try (InputStream in = Files.newInputStream(npz)) {
      return new Tensors(NDList.decode(manager, in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The array of that name. */
  public NDArray get(String name) {
    NDArray array = arrays.get(name);
    assertThat(array).as("reference tensor %s of %s", name, arrays.keySet()).isNotNull();
    return array;
  }

  /** Whether there is an array of that name. */
  public boolean has(String name) {
    return arrays.containsKey(name);
  }

  /** An array of whole numbers, flattened. */
  public int[] ints(String name) {
    long[] values = get(name).toType(DataType.INT64, true).toLongArray();
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  /** Every value within 1e-4 of the tensor's largest magnitude. */
  public void assertClose(String name, NDArray actual) {
    NDArray expected = get(name);
    assertThat(actual.getShape()).as("shape of %s", name).isEqualTo(expected.getShape());
    float[] want = expected.toFloatArray();
    double largest = 0;
    for (float value : want) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largestDifference(want, actual.toFloatArray()))
        .as("largest difference of %s, whose largest magnitude is %s", name, largest)
        .isLessThanOrEqualTo(RELATIVE * largest);
  }

  /** Every value within {@code most}, and {@code average} of it on average. */
  public void assertClose(String name, NDArray actual, double most, double average) {
    NDArray expected = get(name);
    assertThat(actual.getShape()).as("shape of %s", name).isEqualTo(expected.getShape());
    float[] want = expected.toFloatArray();
    float[] have = actual.toFloatArray();
    double sum = 0;
    for (int i = 0; i < want.length; i++) {
      sum += Math.abs(want[i] - have[i]);
    }
    assertThat(largestDifference(want, have))
        .as("largest difference of %s", name)
        .isLessThanOrEqualTo(most);
    assertThat(sum / want.length).as("mean difference of %s", name).isLessThanOrEqualTo(average);
  }

  private static double largestDifference(float[] want, float[] have) {
    double largest = 0;
    for (int i = 0; i < want.length; i++) {
      double difference = Math.abs(want[i] - have[i]);
      // A NaN compares as false with everything, so it would pass unseen.
      largest = difference <= largest ? largest : difference;
    }
    return largest;
  }
}
