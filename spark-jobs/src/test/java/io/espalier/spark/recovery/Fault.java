package io.espalier.spark.recovery;

/** What a nemesis does to a job. */
enum Fault {
  KILL_DRIVER(true),
  KILL_EXECUTOR(true),
  NATIVE_CRASH(true),
  KILL_DECODER(false),
  PAUSE_DRIVER(false),
  PAUSE_EXECUTOR(false),
  PAUSE_DECODER(false),
  FULL_DISK(false),
  STORAGE_ERROR(false),
  STORAGE_SLOW(false),
  UNKNOWN_COMMIT(false),
  DEATH_BEFORE_COMMIT(true),
  DEATH_AFTER_COMMIT(true),
  /** A task that stands still, so that Spark starts it a second time. */
  STRAGGLER(true);

  private final boolean recomputes;

  Fault(boolean recomputes) {
    this.recomputes = recomputes;
  }

  /** Whether rows that were computed may have to be computed again. */
  boolean recomputes() {
    return recomputes;
  }
}
