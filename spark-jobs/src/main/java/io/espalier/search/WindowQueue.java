package io.espalier.search;

import io.espalier.owsm.BucketLengths;
import io.espalier.owsm.OwsmConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Windows that wait to be computed, in one line for each length. A batch takes windows of one line,
 * so the shorter they are, the more of them it holds. The fullest line is next, but no line is
 * passed over more than {@value #PATIENCE} times.
 *
 * @param <W> a window and whose it is
 */
public final class WindowQueue<W> {
  /** Where lengths differ: so many batches wait that one line mostly fills one. */
  private static final int BATCHES_WAITING = 4;

  private static final int PATIENCE = 8;

  private final ToIntFunction<W> paddedSamples;
  private final BucketLengths buckets;
  private final long samplesPerBatch;
  private final int batchesPerPool;
  private final long mostSamples;
  private final TreeMap<Integer, Line> lines = new TreeMap<>();
  private long samples;
  private long pools;

  /**
   * A recording and its window whose turn is next.
   *
   * @param window from the recording's {@link Recording#next()}
   */
  record Waiting(Recording recording, Window window) {}

  /**
   * Windows to compute now.
   *
   * @param <W> a window and whose it is
   * @param batchSize most of them that go at once
   */
  public record Pool<W>(List<W> windows, int batchSize) {}

  /** Of windows that are padded each by its length. */
  static WindowQueue<Waiting> ofRecordings(
      OwsmConfig config, Padding padding, double batchSeconds, int batchesPerPool) {
    BucketLengths buckets = BucketLengths.of(config);
    return new WindowQueue<>(
        config,
        padding,
        batchSeconds,
        batchesPerPool,
        waiting -> padding.samples(buckets, waiting.window().samples().length));
  }

  /**
   * @param batchSeconds of padded audio; a batch holds at least one window of full length
   * @param batchesPerPool batches to take at once if there are as many
   * @param paddedSamples samples of a window, silence included
   */
  public WindowQueue(
      OwsmConfig config,
      Padding padding,
      double batchSeconds,
      int batchesPerPool,
      ToIntFunction<W> paddedSamples) {
    this.paddedSamples = paddedSamples;
    this.buckets = BucketLengths.of(config);
    double wanted = batchSeconds * config.frontend().sampleRate();
    this.samplesPerBatch = (long) Math.max(buckets.longest(), wanted);
    this.batchesPerPool = batchesPerPool;
    int batches = padding == Padding.FULL ? batchesPerPool : BATCHES_WAITING;
    this.mostSamples = samplesPerBatch / buckets.longest() * buckets.longest() * batches;
  }

  private final class Line {
    private final Deque<W> windows = new ArrayDeque<>();
    private final int length;
    private final int batchSize;
    private long lastTurn;

    Line(int length) {
      this.length = length;
      this.batchSize = (int) Math.min(Integer.MAX_VALUE, samplesPerBatch / length);
    }

    /** How many batches it makes. */
    double batches() {
      return (double) windows.size() / batchSize;
    }

    /** How many turns of other lines it has seen since its own, or since it was empty. */
    long patience() {
      return windows.isEmpty() ? -1 : pools - lastTurn;
    }

    /** Whole batches as long as there are any. */
    Pool<W> take() {
      int whole = windows.size() / batchSize;
      int count = whole == 0 ? windows.size() : Math.min(whole, batchesPerPool) * batchSize;
      List<W> taken = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        taken.add(windows.remove());
      }
      samples -= (long) count * length;
      lastTurn = pools;
      return new Pool<>(taken, batchSize);
    }
  }

  /** Whether no window waits. */
  public boolean isEmpty() {
    return samples == 0;
  }

  /** Whether fewer windows wait than it takes to fill batches. */
  public boolean hasRoom() {
    return samples < mostSamples;
  }

  /** The next window of a recording, behind all others. */
  public void addLast(W waiting) {
    line(waiting).windows.addLast(waiting);
  }

  /** The next window of a recording, before all others of its length. */
  public void addFirst(W waiting) {
    line(waiting).windows.addFirst(waiting);
  }

  private Line line(W window) {
    int length = buckets.holding(paddedSamples.applyAsInt(window));
    Line line = lines.computeIfAbsent(length, Line::new);
    if (line.windows.isEmpty()) {
      line.lastTurn = pools;
    }
    samples += line.length;
    return line;
  }

  /** What to compute next; the queue must not be empty. */
  public Pool<W> take() {
    Line waitedMost =
        lines.values().stream().max(Comparator.comparingLong(Line::patience)).orElseThrow();
    Line fullest =
        lines.values().stream().max(Comparator.comparingDouble(Line::batches)).orElseThrow();
    Line next = waitedMost.patience() >= PATIENCE ? waitedMost : fullest;
    pools++;
    return next.take();
  }
}
