package io.espalier.spark.stage;

/**
 * How a stage's rows are divided: into slices, whose number grows slowly with the job, and each
 * slice into tasks.
 *
 * @param rows of the job, at least 1
 * @param slices parts of it that are dealt to tasks one after another
 * @param rowsPerTask on average, at least 1
 * @param tasks of a slice, at least 1
 */
record SlicePlan(long rows, int slices, int rowsPerTask, int tasks) {
  private static final int FEWEST_ROWS = 20_000;
  private static final int MOST_ROWS = 100_000;

  /** Below this, larger slices would not make the driver's part smaller. */
  private static final int SLICES_OF_FEWEST_ROWS = 1000;

  /** Sound files that stand in the manifest are sorted and sent with their rows. */
  private static final long MOST_BYTES = 512L << 20;

  /** Enough for several batches of a model; more would only make the last tasks longer. */
  private static final int MOST_ROWS_PER_TASK = 256;

  /** Below this, batches are rarely full. */
  private static final int ROWS_WORTH_A_TASK = 32;

  /** Tasks of a short job for each slot, so that no slot waits long for the last one. */
  private static final int TASKS_PER_SLOT = 4;

  /**
   * Decides.
   *
   * @param bytesPerRow mean size of sound files in the manifest itself
   * @param commitEvery rows of a commit, which all slots together should have under way at most
   * @param asked tasks for {@code commitEvery} rows; 0 to decide
   * @param slots tasks that can run at the same time, at least 1
   */
  static SlicePlan of(long rows, double bytesPerRow, int commitEvery, int asked, int slots) {
    long ofRows =
        Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.max(rows / SLICES_OF_FEWEST_ROWS, 1)));
    long byRows = ceil(rows, ofRows);
    long byBytes = (long) Math.ceil(rows * bytesPerRow / MOST_BYTES);
    int slices = Math.toIntExact(Math.min(rows, Math.max(1, Math.max(byRows, byBytes))));
    long sliceRows = ceil(rows, slices);
    int least = asked > 0 ? asked : slots;
    int rowsPerTask = Math.max(1, commitEvery / least);
    if (asked == 0) {
      rowsPerTask = Math.min(rowsPerTask, MOST_ROWS_PER_TASK);
    }
    long tasks = Math.max(ceil(sliceRows, rowsPerTask), Math.min(least, sliceRows));
    if (asked == 0) {
      tasks =
          Math.max(
              tasks, Math.min((long) TASKS_PER_SLOT * slots, ceil(sliceRows, ROWS_WORTH_A_TASK)));
    }
    return new SlicePlan(rows, slices, rowsPerTask, Math.toIntExact(tasks));
  }

  /** Tasks that run at the same time, at most. */
  int concurrent(int slots) {
    return (int) Math.min(slots, (long) tasks * slices);
  }

  private static long ceil(long amount, long part) {
    return (amount + part - 1) / part;
  }
}
