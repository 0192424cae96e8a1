package io.espalier.spark.stage;

import io.espalier.conf.EspalierConf;
import java.time.Duration;

/**
 * When finished rows are committed, and how long what a commit replaces is kept.
 *
 * @param every rows that are enough for a commit, at least 1
 * @param interval longest time that a finished row waits for its commit
 * @param snapshotAge time for which a snapshot is kept; zero keeps all for ever
 * @param snapshotsKept number of the latest snapshots that are kept however old they are
 */
public record CommitOptions(int every, Duration interval, Duration snapshotAge, int snapshotsKept) {
  /** Reads the options from a configuration. */
  static CommitOptions of(EspalierConf conf) {
    return new CommitOptions(
        conf.get(StageKeys.COMMIT_EVERY),
        Duration.ofSeconds(conf.get(StageKeys.COMMIT_INTERVAL_S)),
        Duration.ofSeconds(conf.get(StageKeys.SNAPSHOT_AGE_S)),
        conf.get(StageKeys.SNAPSHOTS_KEPT));
  }
}
