package io.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  private final int[] frames = new SplittableRandom(7).ints(1000, 100, 800).toArray();

  @Test
  void everyExampleComesAtMostOnceAndAllBatchesAreFull() {
    List<int[]> batches = new BatchPlan(frames, 16, 1, 0).batches();
    assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSize(16));
    assertThat(batches.stream().flatMapToInt(Arrays::stream).distinct().count())
        .isEqualTo(16L * batches.size());
    // One bucket of 32 batches is cut short: 1000 = 512 + 488, and 488 holds 30 whole batches.
    assertThat(batches).hasSize(62).hasSize(BatchPlan.count(1000, 16));
  }

  @Test
  void examplesOfABatchAreOfSimilarLength() {
    double padded = 0;
    double real = 0;
    for (int[] batch : new BatchPlan(frames, 16, 1, 0).batches()) {
      padded += 16.0 * Arrays.stream(batch).map(i -> frames[i]).max().orElseThrow();
      real += Arrays.stream(batch).map(i -> frames[i]).sum();
    }
    assertThat(padded / real).isLessThan(1.05);
  }

  @Test
  void seedAndEpochDecideTheOrder() {
    assertThat(flat(new BatchPlan(frames, 16, 1, 3)))
        .isEqualTo(flat(new BatchPlan(frames, 16, 1, 3)));
    assertThat(flat(new BatchPlan(frames, 16, 1, 3)))
        .isNotEqualTo(flat(new BatchPlan(frames, 16, 1, 4)));
    assertThat(flat(new BatchPlan(frames, 16, 1, 3)))
        .isNotEqualTo(flat(new BatchPlan(frames, 16, 2, 3)));
  }

  @Test
  void aCorpusSmallerThanABatchIsRefused() {
    assertThatThrownBy(() -> new BatchPlan(new int[3], 4, 1, 0))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot train: 3 examples are fewer than one batch of 4");
  }

  private static int[] flat(BatchPlan plan) {
    return plan.batches().stream().flatMapToInt(Arrays::stream).toArray();
  }
}
