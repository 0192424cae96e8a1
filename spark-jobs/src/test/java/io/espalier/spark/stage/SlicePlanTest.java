package io.espalier.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlicePlanTest {
  @ParameterizedTest
  @CsvSource({
    // rows, commit-every, asked, slots: slices, rows of a task, tasks of a slice
    "1, 2000, 0, 2, 1, 256, 1",
    "12, 4, 0, 2, 1, 2, 6",
    "120, 2000, 0, 2, 1, 256, 4",
    "20000, 2000, 0, 2, 1, 256, 79",
    "20001, 2000, 0, 100, 2, 20, 501",
    "10000000, 2000, 100, 2, 500, 20, 1000",
    "1000000000, 2000, 0, 100, 10000, 20, 5000",
    "1000000000, 20000, 0, 100, 10000, 200, 500",
    "9, 2000, 1, 8, 1, 2000, 1",
    "9, 3, 4, 8, 1, 1, 9"
  })
  void theNumberOfTasksOfASliceDoesNotDependOnTheJob(
      long rows, int every, int asked, int slots, int slices, int rowsPerTask, int tasks) {
    assertThat(SlicePlan.of(rows, 0, every, asked, slots))
        .isEqualTo(new SlicePlan(rows, slices, rowsPerTask, tasks));
  }

  @Test
  void soundFilesInTheManifestMakeSlicesSmaller() {
    double megabyte = 1 << 20;
    assertThat(SlicePlan.of(10_240, megabyte, 2000, 0, 2).slices()).isEqualTo(20);
    assertThat(SlicePlan.of(3, 1000 * megabyte, 2000, 0, 2).slices()).isEqualTo(3);
  }

  @Test
  void tasksOfAShortJobShareTheCores() {
    assertThat(SlicePlan.of(1, 0, 2000, 0, 8).concurrent(8)).isEqualTo(1);
    assertThat(SlicePlan.of(1000, 0, 2000, 0, 8).concurrent(8)).isEqualTo(8);
  }
}
