package io.espalier.spark.stage;

import io.espalier.spark.quarantine.Quarantine;
import io.espalier.spark.stage.StageSlices.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;

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
  private final Quarantine quarantine;
  private final BooleanSupplier stop;

  private final List<Started> dealing = new ArrayList<>();
  private final List<Started> computing = new ArrayList<>();
  private long firstNs;
  private boolean begun;

  /** These are guarded by this, since Spark's scheduler counts. */
  private long submitted;

  private long done;

  /** Rows that tasks have handed back, to be computed alone. */
  private final List<byte[]> held = new ArrayList<>();

  /** A Spark job, and the executors that had been lost before it. */
  private record Started(SparkJob job, int losses) {}

  /**
   * @param stage its name, as Spark's UI shows it
   * @param commits takes the rows
   * @param quarantine knows which rows end executors
   * @param stop whether to end with the rows of the tasks that have ended
   */
  SliceRunner(
      JavaSparkContext context,
      String stage,
      StageSlots slots,
      StartWatch watch,
      Commits commits,
      Quarantine quarantine,
      BooleanSupplier stop) {
    this.context = context;
    this.stage = stage;
    this.slots = slots;
    this.watch = watch;
    this.commits = commits;
    this.quarantine = quarantine;
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
        submit(slices, slice);
      }
      await(slices, 0);
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
    dealing.forEach(started -> started.job().cancel());
    computing.forEach(started -> started.job().cancel());
  }

  /** Has Spark deal the rows of a slice, while those of the one before are computed. */
  private Slice deal(StageSlices slices, int number) {
    Slice slice = slices.slice(number);
    describe("deal slice", number, slices.count());
    // The partition behind the last task has no rows.
    start(
        dealing,
        () ->
            SparkJob.start(
                context.sc(), slice.dealt(), slice.tasks(), slice.tasks() + 1, element -> {}));
    return slice;
  }

  private void start(List<Started> jobs, Supplier<SparkJob> job) {
    int losses = quarantine.losses();
    jobs.add(new Started(job.get(), losses));
  }

  private void submit(StageSlices slices, Slice slice) {
    int from = 0;
    while (from < slice.tasks()) {
      int target = target();
      await(slices, target / 2);
      if (stop.getAsBoolean()) {
        return;
      }
      target = Math.max(target, target());
      int first = from;
      int until = (int) Math.min(slice.tasks(), from + Math.max(1, target - outstanding()));
      describe(stage + " slice", slice.number(), slices.count());
      start(
          computing, () -> SparkJob.start(context.sc(), slice.results(), first, until, this::take));
      if (firstNs == 0) {
        firstNs = System.nanoTime();
      }
      count(until - from);
      from = until;
    }
  }

  private synchronized void count(int tasks) {
    submitted += tasks;
  }

  /** Starts a task for each row that was handed back. */
  private void submitHeld(StageSlices slices) {
    List<byte[]> rows;
    synchronized (this) {
      rows = List.copyOf(held);
      held.clear();
      submitted += rows.size();
    }
    if (!rows.isEmpty()) {
      context.setJobDescription(
          String.format(Locale.ROOT, "%s %d rows one by one", stage, rows.size()));
      RDD<TaskRows> alone = slices.alone(context, rows);
      start(computing, () -> SparkJob.start(context.sc(), alone, 0, rows.size(), this::take));
    }
  }

  private void describe(String what, int number, int count) {
    context.setJobDescription(String.format(Locale.ROOT, "%s %d of %d", what, number + 1, count));
  }

  private void take(TaskRows rows) {
    commits.add(rows);
    synchronized (this) {
      done++;
      held.addAll(rows.held());
      notifyAll();
    }
  }

  private synchronized long outstanding() {
    return submitted - done + held.size();
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
  private void await(StageSlices slices, long most) {
    check(slices);
    while (!stop.getAsBoolean() && (outstanding() > most || commits.isFull())) {
      synchronized (this) {
        try {
          if (outstanding() > most || commits.isFull()) {
            wait(CHECK_MS);
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("Interrupted while waiting for tasks of " + stage, e);
        }
      }
      check(slices);
    }
  }

  private void check(StageSlices slices) {
    commits.check();
    quarantine.check();
    removeDone(dealing);
    if (!begun && firstNs != 0) {
      begun =
          hasResults()
              || computing.stream()
                  .anyMatch(started -> started.job().hasBegun(context.statusTracker()));
      if (!begun) {
        watch.check(Duration.ofNanos(System.nanoTime() - firstNs));
      }
    }
    removeDone(computing);
    submitHeld(slices);
  }

  private synchronized boolean hasResults() {
    return done > 0;
  }

  /** Forgets jobs that are done, and starts those again that lost their executors too often. */
  private void removeDone(List<Started> jobs) {
    List<Started> again = new ArrayList<>();
    for (Iterator<Started> all = jobs.iterator(); all.hasNext(); ) {
      Started started = all.next();
      if (started.job().isDone()) {
        Optional<Throwable> failure = started.job().failure();
        if (failure.isPresent() && quarantine.forgives(failure.get(), started.losses())) {
          int losses = quarantine.losses();
          started.job().again().forEach(job -> again.add(new Started(job, losses)));
        } else {
          started.job().check();
        }
        all.remove();
      }
    }
    jobs.addAll(again);
  }
}
