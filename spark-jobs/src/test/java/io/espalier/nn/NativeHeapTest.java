package io.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

final class NativeHeapTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  static boolean isGlibc() {
    return Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2"));
  }

  @Test
  @EnabledIf("isGlibc")
  void memoryBelowAnArrayThatLivesOnIsGivenBack() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<NDArray> arrays = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        arrays.add(manager.ones(new Shape(1 << 14))); // 64 KiB, too small for a mapping of its own.
      }
      // The youngest is above all others, so that the end of the heap cannot come down.
      arrays.subList(0, 1999).forEach(NDArray::close);
      long before = residentMiB();

      NativeHeap.trim();

      assertThat(residentMiB()).isLessThan(before - 60);
    }
  }

  @Test
  void arraysAreStillWhatTheyWere() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.arange(100_000f);

      NativeHeap.trim();

      assertThat(array.getFloat(99_999)).isEqualTo(99_999f);
    }
  }

  private static long residentMiB() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
