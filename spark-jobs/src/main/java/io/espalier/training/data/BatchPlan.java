package io.espalier.training.data;

import io.espalier.conf.UsageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The examples of each batch of an epoch. The examples of a batch have similar lengths; the choice
 * and the order depend only on seed and epoch.
 */
public final class BatchPlan {
  /** Batches that are sorted together: fewer mix better, more pad less. */
  private static final int BATCHES_PER_BUCKET = 32;

  private final List<int[]> batches;

  /**
   * @param frames of each example
   * @param size examples in a batch; what does not fill one is left to another epoch
   */
  public BatchPlan(int[] frames, int size, long seed, int epoch) {
    if (frames.length < size) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot train: %d examples are fewer than one batch of %d",
              frames.length,
              size));
    }
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + epoch);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < frames.length; i++) {
      order.add(i);
    }
    shuffle(order, random);
    List<int[]> all = new ArrayList<>();
    int bucket = BATCHES_PER_BUCKET * size;
    for (int start = 0; start < order.size(); start += bucket) {
      List<Integer> some =
          new ArrayList<>(order.subList(start, Math.min(start + bucket, order.size())));
      some.sort(Comparator.comparingInt(i -> frames[i]));
      for (int at = 0; at + size <= some.size(); at += size) {
        all.add(some.subList(at, at + size).stream().mapToInt(i -> i).toArray());
      }
    }
    shuffle(all, random);
    batches = List.copyOf(all);
  }

  /** Number of batches that a corpus gives in one epoch. */
  public static int count(int examples, int size) {
    int bucket = BATCHES_PER_BUCKET * size;
    return examples / bucket * BATCHES_PER_BUCKET + examples % bucket / size;
  }

  /** Batches of the epoch in their order; each holds positions of examples. */
  public List<int[]> batches() {
    return batches;
  }

  private static <T> void shuffle(List<T> list, RandomGenerator random) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T other = list.get(j);
      list.set(j, list.get(i));
      list.set(i, other);
    }
  }
}
