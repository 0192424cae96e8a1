package io.espalier.spark.stage;

import io.espalier.spark.stage.StageSlices.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Computes slice after slice without a pause between them. It keeps a few tasks more submitted to
 * Spark than there are slots, whichever slice they are of: a task that takes long holds nothing up
 * but its own rows. Few tasks wait in Spark's queue, so that the jobs of commits and of the next
 * slice, which start later, get their turn.
 */
final class SliceRunner {
  /** Waiting and running tasks for each slot. */
  private static final int TASKS_PER_SLOT = 2;

  /** Where tasks are so short that submitting them would take longer, they last this long. */
  private static final double QUEUE_S = 2;

  private static final int MOST_TASKS = 5000;
  private static final long CHECK_MS = 100;

  private final JavaSparkContext context;
  private final String stage;
  private final StageSlots slots;
  private final StartWatch watch;
  private final Commits commits;
  private final BooleanSupplier stop;

  private final List<SparkJob> dealing = new ArrayList<>();
  private final List<SparkJob> computing = new ArrayList<>();
  private long submitted;
  private long firstNs;
  private boolean begun;

  /** Guarded by this, since Spark's scheduler counts. */
  private long done;

  /**
   * @param stage its name, as Spark's UI shows it
   * @param commits takes the rows
   * @param stop whether to end with the rows of the tasks that have ended
   */
  SliceRunner(
      JavaSparkContext context,
      String stage,
      StageSlots slots,
      StartWatch watch,
      Commits commits,
      BooleanSupplier stop) {
    this.context = context;
    this.stage = stage;
    this.slots = slots;
    this.watch = watch;
    this.commits = commits;
    this.stop = stop;
  }

  /**
   * Computes all slices and commits their rows. If something fails, nothing goes on. When asked to
   * stop, it ends the tasks that run and commits the rows of those that have ended.
   *
   * @throws RuntimeException what has failed, as it was thrown
   */
  void run(StageSlices slices) {
    try {
      Slice next = deal(slices, 0);
      for (int number = 0; number < slices.count() && !stop.getAsBoolean(); number++) {
        Slice slice = next;
        next = number + 1 < slices.count() ? deal(slices, number + 1) : null;
        submit(slice, slices.count());
      }
      await(0);
      if (stop.getAsBoolean()) {
        cancel(); // The commit needs a slot.
      }
      commits.finish();
    } finally {
      cancel();
      commits.close();
    }
  }

  private void cancel() {
    dealing.forEach(SparkJob::cancel);
    computing.forEach(SparkJob::cancel);
  }

  /** Has Spark deal the rows of a slice, while those of the one before are computed. */
  private Slice deal(StageSlices slices, int number) {
    Slice slice = slices.slice(number);
    describe("deal slice", number, slices.count());
    // The partition behind the last task has no rows.
    dealing.add(
        SparkJob.start(
            context.sc(), slice.dealt(), slice.tasks(), slice.tasks() + 1, element -> {}));
    return slice;
  }

  private void submit(Slice slice, int slices) {
    int from = 0;
    while (from < slice.tasks()) {
      int target = target();
      await(target / 2);
      if (stop.getAsBoolean()) {
        return;
      }
      target = Math.max(target, target());
      int until = (int) Math.min(slice.tasks(), from + Math.max(1, target - outstanding()));
      describe(stage + " slice", slice.number(), slices);
      computing.add(SparkJob.start(context.sc(), slice.results(), from, until, this::take));
      if (submitted == 0) {
        firstNs = System.nanoTime();
      }
      submitted += until - from;
      from = until;
    }
  }

  private void describe(String what, int number, int count) {
    context.setJobDescription(String.format(Locale.ROOT, "%s %d of %d", what, number + 1, count));
  }

  private void take(TaskRows rows) {
    commits.add(rows);
    synchronized (this) {
      done++;
      notifyAll();
    }
  }

  private synchronized long outstanding() {
    return submitted - done;
  }

  /** Tasks to have submitted, in view of the executors that there are now. */
  private int target() {
    double elapsedS = (System.nanoTime() - firstNs) / 1e9;
    double ofQueue;
    synchronized (this) {
      ofQueue = done == 0 ? 0 : QUEUE_S * done / elapsedS;
    }
    return (int) Math.min(MOST_TASKS, Math.max(TASKS_PER_SLOT * slots.now(), ofQueue));
  }

  /** Waits until at most so many tasks are under way, and not too many rows, or for a stop. */
  private void await(long most) {
    check();
    while (!stop.getAsBoolean() && (outstanding() > most || commits.isFull())) {
      synchronized (this) {
        try {
          if (submitted - done > most || commits.isFull()) {
            wait(CHECK_MS);
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("Interrupted while waiting for tasks of " + stage, e);
        }
      }
      check();
    }
  }

  private void check() {
    commits.check();
    removeDone(dealing);
    if (!begun && submitted > 0) {
      begun =
          outstanding() < submitted
              || computing.stream().anyMatch(job -> job.hasBegun(context.statusTracker()));
      if (!begun) {
        watch.check(Duration.ofNanos(System.nanoTime() - firstNs));
      }
    }
    removeDone(computing);
  }

  private static void removeDone(List<SparkJob> jobs) {
    for (Iterator<SparkJob> all = jobs.iterator(); all.hasNext(); ) {
      SparkJob job = all.next();
      if (job.isDone()) {
        job.check();
        all.remove();
      }
    }
  }
}
