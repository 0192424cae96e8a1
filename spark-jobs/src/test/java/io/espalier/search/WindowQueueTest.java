package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.WindowShape;
import io.espalier.owsm.BucketLengths;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.UtteranceContext;
import io.espalier.search.WindowQueue.Pool;
import io.espalier.search.WindowQueue.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which windows share a batch. */
class WindowQueueTest {
  private static final int RATE = 16_000;
  private static final int WINDOW_S = 30;
  private static final OwsmConfig CONFIG = WindowShape.of(WINDOW_S);
  private static final BucketLengths LENGTHS = BucketLengths.of(CONFIG);

  @ParameterizedTest
  @EnumSource(Padding.class)
  void everyWindowComesOutOnceWithOthersOfItsLengthAndInTime(Padding padding) {
    WindowQueue<Waiting> queue = WindowQueue.ofRecordings(CONFIG, padding, 240, 1);
    Random random = new Random(5);
    List<String> taken = new ArrayList<>();
    int given = 0;
    while (given < 500 || !queue.isEmpty()) {
      while (given < 500 && queue.hasRoom()) {
        double seconds = Math.min(WINDOW_S, 0.3 + 6 * -Math.log(1 - random.nextDouble()));
        queue.addLast(waiting("u" + given++, seconds));
      }
      Pool<Waiting> pool = queue.take();
      List<Window> windows = pool.windows().stream().map(Waiting::window).toList();
      windows.forEach(window -> taken.add(window.id()));
      List<Integer> lengths = windows.stream().map(window -> length(padding, window)).toList();
      assertThat(lengths).isNotEmpty().containsOnly(lengths.get(0));
      assertThat(windows.size()).isLessThanOrEqualTo(pool.batchSize());
      assertThat((double) pool.batchSize() * lengths.get(0) / RATE).isBetween(200.0, 240.0);
    }
    assertThat(taken).doesNotHaveDuplicates().hasSize(500);
  }

  @Test
  void aBatchOfFiveSecondsHoldsSixTimesAsManyWindowsAsOneOfThirty() {
    WindowQueue<Waiting> queue = WindowQueue.ofRecordings(CONFIG, Padding.BUCKET, 240, 1);
    for (int i = 0; i < 60; i++) {
      queue.addLast(waiting("short " + i, 3));
    }
    assertThat(queue.take().windows()).hasSize(48);
    queue.take();
    for (int i = 0; i < 10; i++) {
      queue.addLast(waiting("long " + i, 29));
    }
    assertThat(queue.take().windows()).hasSize(8);
  }

  @Test
  void aBatchHoldsAtLeastOneWindow() {
    WindowQueue<Waiting> queue = WindowQueue.ofRecordings(CONFIG, Padding.FULL, 1, 1);
    queue.addLast(waiting("a", 3));
    assertThat(queue.hasRoom()).isFalse();
    assertThat(queue.take().batchSize()).isEqualTo(1);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aPoolTakesWholeBatchesAndLeavesTheRest() {
    WindowQueue<Waiting> queue = WindowQueue.ofRecordings(CONFIG, Padding.BUCKET, 60, 4);
    for (int i = 0; i < 31; i++) {
      queue.addLast(waiting("u" + i, 3));
    }
    assertThat(queue.take().windows()).hasSize(24);
    assertThat(queue.take().windows()).hasSize(7);
  }

  @Test
  void aLoneLongWindowIsNotPassedOverForEver() {
    WindowQueue<Waiting> queue = WindowQueue.ofRecordings(CONFIG, Padding.BUCKET, 240, 1);
    queue.addLast(waiting("long", 30));
    int turns = 0;
    boolean found = false;
    while (!found) {
      for (int i = 0; queue.hasRoom(); i++) {
        queue.addLast(waiting(turns + "/" + i, 3));
      }
      found = queue.take().windows().get(0).window().id().equals("long");
      turns++;
    }
    assertThat(turns).isBetween(2, 10);
  }

  @Test
  void aRecordingUnderWayComesBeforeNewOnes() {
    WindowQueue<Waiting> queue = WindowQueue.ofRecordings(CONFIG, Padding.FULL, 30, 1);
    queue.addLast(waiting("new", 3));
    queue.addFirst(waiting("under way", 30));
    assertThat(queue.take().windows())
        .singleElement()
        .extracting(one -> one.window().id())
        .isEqualTo("under way");
  }

  private static int length(Padding padding, Window window) {
    int own = window.samples().length;
    return switch (padding) {
      case FULL -> LENGTHS.longest();
      case BUCKET -> LENGTHS.padded(own);
      case NONE -> LENGTHS.holding(own);
    };
  }

  /** The queue looks only at the window. */
  private static Waiting waiting(String id, double seconds) {
    float[] samples = new float[(int) (seconds * RATE)];
    return new Waiting(null, new Window(samples, 0, 0, null, false, id, UtteranceContext.NONE));
  }
}
