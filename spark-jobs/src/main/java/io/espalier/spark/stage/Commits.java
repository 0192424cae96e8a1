package io.espalier.spark.stage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the rows of finished tasks in a thread of its own, while other tasks run. A commit takes
 * all rows that wait, once they are enough or have waited long enough.
 */
public final class Commits implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  /** Bytes that are enough for a commit at any time; three times as many stop new tasks. */
  private final long enoughBytes = Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 16);

  private final StageWriter writer;
  private final CommitOptions options;
  private final CommitPace pace;
  private final Consumer<StageSums> told;
  private final Background<Void> thread;

  private final Deque<TaskRows> waiting = new ArrayDeque<>();
  private long rows;
  private long bytes;
  private long oldestNs;
  private long lastNs;
  private boolean finishing;
  private boolean stopped;
  private long commits;

  /**
   * Starts the thread.
   *
   * @param told of the sums of each commit, after it
   */
  Commits(StageWriter writer, CommitOptions options, Consumer<StageSums> told) {
    this.writer = writer;
    this.options = options;
    this.told = told;
    pace = new CommitPace(options.snapshotAge());
    thread = Background.start("espalier-commits", this::work);
  }

  /** Takes the rows of a task; never waits, since Spark's scheduler calls it. */
  synchronized void add(TaskRows task) {
    if (task.count() == 0) {
      return;
    }
    if (waiting.isEmpty()) {
      oldestNs = System.nanoTime();
    }
    waiting.add(task);
    rows += task.count();
    bytes += task.packed().length;
    notifyAll();
  }

  /** Whether so much waits that no further tasks should start. */
  synchronized boolean isFull() {
    return bytes > 3 * enoughBytes;
  }

  /**
   * Looks whether the thread still works.
   *
   * @throws RuntimeException why a commit has failed
   */
  void check() {
    if (thread.isDone()) {
      thread.get();
    }
  }

  /**
   * Commits what is left.
   *
   * @throws RuntimeException why a commit has failed
   */
  void finish() {
    synchronized (this) {
      finishing = true;
      notifyAll();
    }
    thread.get();
  }

  /** Ends after the current commit, if there is one; rows that wait are dropped. */
  @Override
  public void close() {
    synchronized (this) {
      stopped = true;
      notifyAll();
    }
    thread.close();
  }

  private Void work() throws InterruptedException {
    List<TaskRows> group = next();
    while (!group.isEmpty()) {
      StageSums sums = group.stream().map(TaskRows::sums).reduce(StageSums.NONE, StageSums::plus);
      writer.commit(group);
      commits++;
      told.accept(sums);
      LOG.info("Committed group {}: {} rows", commits, sums.written());
      group = next();
    }
    return null;
  }

  /** The rows of the next commit; none at the end. */
  private synchronized List<TaskRows> next() throws InterruptedException {
    lastNs = System.nanoTime();
    while (!stopped) {
      long wait = waitNs();
      if (wait <= 0) {
        return take();
      }
      if (waiting.isEmpty() && finishing) {
        return List.of();
      }
      // Rounded up, so that the time is over when it ends.
      wait(1 + Math.min(wait, Duration.ofHours(1).toNanos()) / 1_000_000);
    }
    return List.of();
  }

  private long waitNs() {
    if (waiting.isEmpty()) {
      return Long.MAX_VALUE;
    }
    if (finishing || bytes >= enoughBytes) {
      return 0;
    }
    long now = System.nanoTime();
    long paused = lastNs + pace.pause(commits).toNanos() - now;
    long due = rows >= options.every() ? 0 : oldestNs + options.interval().toNanos() - now;
    return Math.max(paused, due);
  }

  private List<TaskRows> take() {
    List<TaskRows> group = new ArrayList<>(waiting);
    waiting.clear();
    rows = 0;
    bytes = 0;
    return group;
  }
}
