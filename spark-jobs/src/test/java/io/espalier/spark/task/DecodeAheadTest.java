package io.espalier.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.spark.storage.StorageException;
import io.espalier.spark.task.DecodeAhead.Bounds;
import io.espalier.spark.task.DecodeAhead.Work;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.spark.TaskKilledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DecodeAheadTest {
  private static final Bounds WIDE = new Bounds(3, 16, 1000);

  @Test
  void everyItemIsWorkedOnOnce() {
    List<Integer> results = new ArrayList<>();
    try (DecodeAhead<Integer, Integer> ahead = over(100, item -> item * 2, WIDE)) {
      ahead.forEachRemaining(results::add);
    }
    assertThat(results)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 100).mapToObj(item -> item * 2).toList());
  }

  @Test
  void aSlowItemHoldsUpNoOther() {
    CountDownLatch othersAreOut = new CountDownLatch(9);
    Work<Integer, Integer> work =
        item -> {
          if (item == 0) {
            othersAreOut.await();
          }
          return item;
        };
    List<Integer> results = new ArrayList<>();
    try (DecodeAhead<Integer, Integer> ahead = over(10, work, WIDE)) {
      while (ahead.hasNext()) {
        results.add(ahead.next());
        othersAreOut.countDown();
      }
    }
    assertThat(results).hasSize(10).endsWith(0);
  }

  @Test
  void resultsWaitUpToTheirWeight() throws InterruptedException {
    AtomicInteger done = new AtomicInteger();
    Work<Integer, Integer> work =
        item -> {
          done.incrementAndGet();
          return item;
        };
    // Each result weighs 1, so two of them and one of the single thread at most.
    try (DecodeAhead<Integer, Integer> ahead = over(50, work, new Bounds(1, 50, 2))) {
      assertThat(ahead.hasNext()).isTrue();
      Thread.sleep(200);
      assertThat(done.get()).isLessThanOrEqualTo(3);
      ahead.forEachRemaining(result -> {});
    }
    assertThat(done.get()).isEqualTo(50);
  }

  @Test
  void theInputIsPulledByTheCallerAlone() {
    List<Thread> pullers = new ArrayList<>();
    Iterator<Integer> input =
        IntStream.range(0, 40).boxed().peek(item -> pullers.add(Thread.currentThread())).iterator();
    try (DecodeAhead<Integer, Integer> ahead = over(input, item -> item, WIDE, () -> false)) {
      ahead.forEachRemaining(result -> {});
    }
    assertThat(pullers).hasSize(40).containsOnly(Thread.currentThread());
  }

  @Test
  void anExceptionOfTheWorkReachesTheCaller() {
    Work<Integer, Integer> work =
        item -> {
          throw new StorageException("Storage is down", null);
        };
    try (DecodeAhead<Integer, Integer> ahead = over(5, work, WIDE)) {
      assertThatThrownBy(ahead::next).isInstanceOf(StorageException.class);
    }
  }

  @Test
  void closingInterruptsTheWorkAndEndsTheThreads() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    Work<Integer, Integer> work =
        item -> {
          started.countDown();
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            interrupted.set(true);
            throw e;
          }
          return item;
        };
    DecodeAhead<Integer, Integer> ahead = over(5, work, new Bounds(1, 5, 10));
    assertThat(ahead.hasNext()).isTrue();
    started.await();
    ahead.close();
    assertThat(interrupted).isTrue();
  }

  @Test
  void waitingEndsWhenTheTaskIsCancelled() {
    AtomicBoolean cancelled = new AtomicBoolean();
    Work<Integer, Integer> work =
        item -> {
          cancelled.set(true);
          Thread.sleep(60_000);
          return item;
        };
    Iterator<Integer> input = List.of(1).iterator();
    try (DecodeAhead<Integer, Integer> ahead = over(input, work, WIDE, cancelled::get)) {
      assertThatThrownBy(ahead::next).isInstanceOf(TaskKilledException.class);
    }
  }

  private static DecodeAhead<Integer, Integer> over(
      int count, Work<Integer, Integer> work, Bounds bounds) {
    return over(IntStream.range(0, count).boxed().iterator(), work, bounds, () -> false);
  }

  private static DecodeAhead<Integer, Integer> over(
      Iterator<Integer> input,
      Work<Integer, Integer> work,
      Bounds bounds,
      BooleanSupplier cancelled) {
    return new DecodeAhead<>(input, work, item -> 0, result -> 1, bounds, cancelled);
  }
}
