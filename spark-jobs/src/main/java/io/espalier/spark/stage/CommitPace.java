package io.espalier.spark.stage;

import java.time.Duration;

/**
 * Spaces the commits of a long job, so that a table holds at most {@link #MOST} snapshots of it
 * that are younger than the age at which they expire.
 *
 * @param kept age at which a snapshot expires; zero for never
 */
record CommitPace(Duration kept) {
  /** Snapshots at any time; Iceberg's metadata file has a little over 1 KB for each of them. */
  static final int MOST = 500;

  /** Commits of a short job need not wait. */
  private static final int FREE = 100;

  /** The shortest time from the last commit to the next. */
  Duration pause(long commits) {
    return commits < FREE ? Duration.ZERO : kept.dividedBy(MOST - FREE);
  }
}
