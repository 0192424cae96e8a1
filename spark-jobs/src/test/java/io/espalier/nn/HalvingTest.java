package io.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.espalier.outcome.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HalvingTest {
  private static final String FULL = "CUDA out of memory. Tried to allocate 2.00 GiB.";

  private final List<Integer> sizes = new ArrayList<>();
  private final List<Integer> batchSizes = new ArrayList<>();
  private final List<Integer> done = new ArrayList<>();
  private final Map<Integer, ErrorCode> misfits = new LinkedHashMap<>();

  /**
   * A device with room for some units, whose allocator, like libtorch's, keeps what was freed until
   * it is told to give it back.
   */
  private final class Device {
    private final int room;
    private int used;
    private int kept;

    Device(int room) {
      this.room = room;
    }

    /** Takes as many units as the windows say; gives one result for each. */
    List<Integer> compute(List<Integer> windows, int batchSize) {
      sizes.add(windows.size());
      batchSizes.add(batchSize);
      int mine = 0;
      try {
        for (int units : windows) {
          if (used + kept + units > room) {
            throw new EngineException(FULL);
          }
          used += units;
          mine += units;
        }
        return List.copyOf(windows);
      } finally {
        used -= mine;
        kept += mine;
      }
    }

    void release() {
      assertThat(used).as("units that a failed attempt still holds").isZero();
      kept = 0;
    }
  }

  private Halving<Integer, List<Integer>> halving(
      Halving.Compute<Integer, List<Integer>> compute, Runnable release) {
    return new Halving<>(
        compute,
        (windows, results) -> {
          assertThat(results).isEqualTo(windows);
          done.addAll(results);
        },
        misfits::put,
        release);
  }

  private void run(Device device, List<Integer> windows, int batchSize) {
    halving(
            (some, size) -> {
              List<Integer> results = device.compute(some, size);
              device.release(); // A batch that fits leaves its memory to the next one.
              return results;
            },
            device::release)
        .run(windows, batchSize);
  }

  @Test
  void whatFitsIsComputedAtOnce() {
    run(new Device(8), List.of(1, 1, 2, 4), 4);
    assertThat(sizes).containsExactly(4);
    assertThat(done).containsExactly(1, 1, 2, 4);
    assertThat(misfits).isEmpty();
  }

  @Test
  void batchesAreHalvedDownToOne() {
    run(new Device(1), List.of(1, 1, 1, 1, 1, 1, 1), 7);
    assertThat(sizes).contains(7, 3, 4, 2, 1);
    assertThat(sizes.stream().filter(size -> size == 1)).hasSize(7);
    assertThat(done).hasSize(7);
    assertThat(misfits).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 12, 15})
  void aWindowThatDoesNotFitAloneFailsWithoutItsNeighbours(int place) {
    List<Integer> windows = new ArrayList<>(IntStream.range(0, 16).mapToObj(i -> 1).toList());
    windows.set(place, 100);
    run(new Device(20), windows, 16);
    assertThat(misfits).containsExactly(Map.entry(100, ErrorCode.OUT_OF_MEMORY));
    assertThat(done).hasSize(15).containsOnly(1);
    assertThat(sizes).as("a half for each of four levels, and the lonely one").hasSize(9);
  }

  @Test
  void memoryIsGivenBackBeforeTheNextAttempt() {
    int[] released = new int[1];
    Device device = new Device(4);
    halving(
            device::compute,
            () -> {
              device.release();
              released[0]++;
            })
        .run(List.of(3, 3), 2);
    // The first half succeeds only because what the failed attempt kept was given back.
    assertThat(done).contains(3);
    assertThat(released[0]).isPositive();
    Device keeping = new Device(4);
    done.clear();
    misfits.clear();
    halving(keeping::compute, () -> {}).run(List.of(3, 3), 2);
    assertThat(done).as("without giving back").isEmpty();
  }

  /** Four batches of a pool share nothing but their turn, so a half takes smaller batches. */
  @Test
  void aHalfGoesInSmallerBatches() {
    halving(
            (windows, size) -> {
              batchSizes.add(size);
              if (size > 2) {
                throw new OutOfMemoryError("Java heap space");
              }
              return List.copyOf(windows);
            },
            () -> {})
        .run(IntStream.range(0, 32).boxed().toList(), 8);
    assertThat(batchSizes).containsExactly(8, 4, 2, 2, 4, 2, 2);
    assertThat(done).containsExactlyElementsOf(IntStream.range(0, 32).boxed().toList());
  }

  @Test
  void aWindowThatTakesTooLongFailsWithoutItsNeighbours() {
    halving(
            (windows, size) -> {
              if (windows.contains(5)) {
                throw new TimeLimitException("as if time were over");
              }
              return List.copyOf(windows);
            },
            () -> {})
        .run(IntStream.range(0, 8).boxed().toList(), 8);
    assertThat(misfits).containsExactly(Map.entry(5, ErrorCode.INFERENCE_TIMEOUT));
    assertThat(done).containsExactly(0, 1, 2, 3, 4, 6, 7);
  }

  @Test
  void otherFailuresAreNotSwallowed() {
    EngineException fault = new EngineException("Expected all tensors on the same device");
    assertThatThrownBy(
            () ->
                halving(
                        (windows, size) -> {
                          throw fault;
                        },
                        () -> {})
                    .run(List.of(1, 2), 2))
        .isSameAs(fault);
    assertThat(misfits).isEmpty();
  }

  /** Once results are taken, nothing of the batch may be computed again. */
  @Test
  void aFailureOfTheTakerIsNotOneOfTheDevice() {
    OutOfMemoryError late = new OutOfMemoryError("Java heap space");
    Halving<Integer, List<Integer>> halving =
        new Halving<>(
            (windows, size) -> List.copyOf(windows),
            (windows, results) -> {
              throw late;
            },
            misfits::put,
            () -> {});
    assertThatThrownBy(() -> halving.run(List.of(1, 2), 2)).isSameAs(late);
  }
}
