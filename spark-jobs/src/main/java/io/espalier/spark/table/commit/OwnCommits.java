package io.espalier.spark.table.commit;

import io.espalier.spark.table.Snapshots;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;

/**
 * Decides, from the history that a commit would continue, whether it may be made: only if it is not
 * already there, and if the newest snapshot of the run is of this driver. Iceberg asks for every
 * attempt, and the commit succeeds only on top of the history that it has asked about.
 */
final class OwnCommits implements SnapshotAncestryValidator {
  private final String run;
  private final String driver;
  private final String commit;
  private final boolean claims;
  private Verdict verdict = Verdict.NOT_ASKED;
  private boolean allowed;

  /** What the history says. */
  enum Verdict {
    NOT_ASKED,
    OURS,
    /** The commit has been made. */
    THERE,
    /** Another driver has taken the run over. */
    TAKEN_OVER,
    /** No snapshot of the run is left, so nobody knows. */
    FORGOTTEN
  }

  /**
   * @param driver that wants to commit
   * @param commit its id
   * @param claims whether it takes the run over, whoever has it
   */
  OwnCommits(String run, String driver, String commit, boolean claims) {
    this.run = run;
    this.driver = driver;
    this.commit = commit;
    this.claims = claims;
  }

  /** What the history said that was asked about last. */
  Verdict verdict() {
    return verdict;
  }

  /** Whether an attempt has ever been allowed, so that the commit may have been made. */
  boolean wasAllowed() {
    return allowed;
  }

  @Override
  public boolean validate(Iterable<Snapshot> newestFirst) {
    verdict = ask(newestFirst);
    allowed |= verdict == Verdict.OURS;
    return verdict == Verdict.OURS;
  }

  Verdict ask(Iterable<Snapshot> newestFirst) {
    boolean taken = false;
    for (Snapshot snapshot : newestFirst) {
      Map<String, String> summary = snapshot.summary();
      String owner = summary.get(Snapshots.DRIVER);
      if (!run.equals(summary.get(Snapshots.RUN)) || owner == null) {
        continue;
      }
      if (commit.equals(summary.get(Snapshots.COMMIT))) {
        return Verdict.THERE;
      }
      if (owner.equals(driver)) {
        // A driver makes one commit after the other, so this one cannot be older.
        return taken && !claims ? Verdict.TAKEN_OVER : Verdict.OURS;
      }
      taken = true;
    }
    if (claims) {
      return Verdict.OURS;
    }
    return taken ? Verdict.TAKEN_OVER : Verdict.FORGOTTEN;
  }

  @Override
  public String errorMessage() {
    return "run %s: %s".formatted(run, verdict);
  }
}
