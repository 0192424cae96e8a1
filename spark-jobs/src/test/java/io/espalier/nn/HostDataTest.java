package io.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

final class HostDataTest {
  @Test
  void valuesOfEveryTypeArriveInOrder() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray reals = HostData.of(manager, new float[] {1, -2, 0.5f, 4}, new Shape(2, 2));
      NDArray ints = HostData.of(manager, new int[] {1, -2, Integer.MAX_VALUE}, new Shape(3));
      NDArray longs = HostData.of(manager, new long[] {1, -2, Long.MAX_VALUE}, new Shape(1, 3));
      NDArray truths = HostData.of(manager, new boolean[] {true, false, true}, new Shape(3, 1));

      assertThat(reals.toFloatArray()).containsExactly(1, -2, 0.5f, 4);
      assertThat(reals.getShape()).isEqualTo(new Shape(2, 2));
      assertThat(ints.toIntArray()).containsExactly(1, -2, Integer.MAX_VALUE);
      assertThat(longs.toLongArray()).containsExactly(1, -2, Long.MAX_VALUE);
      assertThat(truths.toBooleanArray()).containsExactly(true, false, true);
      assertThat(truths.getDataType()).isEqualTo(DataType.BOOLEAN);
    }
  }

  @Test
  void whatAFillerLeavesOutIsZero() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray filled =
          HostData.filled(
              manager, new Shape(2, 3), values -> values.position(3).put(new float[] {7, 8}));

      assertThat(filled.toFloatArray()).containsExactly(0, 0, 0, 7, 8, 0);
    }
  }

  @Test
  void nothingAndOneValueAreArraysToo() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(HostData.of(manager, new float[0], new Shape(0, 3)).getShape())
          .isEqualTo(new Shape(0, 3));
      assertThat(HostData.of(manager, 2.5f).getFloat()).isEqualTo(2.5f);
      assertThat(HostData.of(manager, 2.5f).getShape().dimension()).isZero();
    }
  }

  @Test
  void aShapeOfAnotherSizeIsRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HostData.of(manager, new long[3], new Shape(2, 2)))
          .withMessageContaining("3 values do not have shape (2, 2)");
    }
  }

  @Test
  void noMemoryIsLeftToTheGarbageCollector() {
    try (NDManager manager = NDManager.newBaseManager()) {
      HostData.of(manager, new float[1], new Shape(1)).close();
      long before = directBytes();

      for (int i = 0; i < 10; i++) {
        HostData.of(manager, new float[1 << 20], new Shape(1 << 20)).close();
      }

      assertThat(directBytes()).isLessThanOrEqualTo(before);
    }
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
