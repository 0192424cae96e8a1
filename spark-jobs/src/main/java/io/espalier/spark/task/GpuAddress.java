package io.espalier.spark.task;

import java.util.Arrays;
import java.util.List;

/** Converts the GPU address that Spark gives to a task into a CUDA device index. */
public enum GpuAddress {
  /**
   * {@link #VISIBLE} if {@code CUDA_VISIBLE_DEVICES} names the address, otherwise {@link #INDEX}.
   */
  AUTO,
  /** The address is the index, as with Spark's own discovery script. */
  INDEX,
  /** The position of the address in {@code CUDA_VISIBLE_DEVICES}. */
  VISIBLE,
  /** Always 0: each process sees only its own GPU, as in YARN's and Kubernetes' containers. */
  FIRST;

  /**
   * The CUDA device index of an address.
   *
   * @param visible the value of {@code CUDA_VISIBLE_DEVICES}, or null
   * @throws IllegalStateException if the address cannot be mapped
   */
  int index(String address, String visible) {
    return switch (this) {
      case FIRST -> 0;
      case INDEX -> number(address);
      case VISIBLE -> place(address, visible);
      case AUTO ->
          visibleDevices(visible).contains(address) ? place(address, visible) : number(address);
    };
  }

  private static int place(String address, String visible) {
    int place = visibleDevices(visible).indexOf(address);
    if (place < 0) {
      throw new IllegalStateException(
          "Cannot use GPU: address %s is not in CUDA_VISIBLE_DEVICES=%s. Set gpu-address"
              .formatted(address, visible));
    }
    return place;
  }

  private static int number(String address) {
    try {
      return Integer.parseInt(address);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "Cannot use GPU: address %s is not an index. Set gpu-address to first or visible"
              .formatted(address),
          e);
    }
  }

  private static List<String> visibleDevices(String visible) {
    return visible == null
        ? List.of()
        : Arrays.stream(visible.split(",")).map(String::strip).toList();
  }
}
