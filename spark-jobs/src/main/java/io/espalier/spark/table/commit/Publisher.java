package io.espalier.spark.table.commit;

import io.espalier.spark.table.Snapshots;
import io.espalier.spark.table.commit.OwnCommits.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the commits of one driver to one run, each of them once. Every commit has an id of ours in
 * the summary of its snapshot. If the catalog does not say whether a commit was made, the id is
 * looked for in the table's history; if it is not there, the commit is made again, on the condition
 * that it is still not there then. So a request that arrives late fails, or is found.
 */
final class Publisher {
  /** Waits between the attempts, in milliseconds. */
  static final List<Long> WAITS_MS = List.of(0L, 1_000L, 2_000L, 4_000L, 8_000L);

  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final int MOST_CAUSES = 20;

  private final Table table;
  private final String run;
  private final String driver;
  private final String application;

  /**
   * @param driver an id of its own
   * @param application Spark's id of it
   */
  Publisher(Table table, String run, String driver, String application) {
    this.table = table;
    this.run = run;
    this.driver = driver;
    this.application = application;
  }

  /**
   * Makes a commit that takes the run over.
   *
   * @return its snapshot
   */
  Snapshot claim(String id) {
    publish(new OwnCommits(run, driver, id, true), id, table::newAppend);
    table.refresh();
    return find(id)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Cannot find our own snapshot in %s: its history was changed. Run again"
                        .formatted(table.name())));
  }

  /**
   * Makes a commit.
   *
   * @param update makes it anew for each attempt
   * @throws TakenOverException if the run is another driver's now
   * @throws ValidationException if others have changed what this changes too; nothing is written
   */
  void publish(String id, Supplier<? extends SnapshotUpdate<?>> update) {
    publish(new OwnCommits(run, driver, id, false), id, update);
  }

  private void publish(OwnCommits check, String id, Supplier<? extends SnapshotUpdate<?>> update) {
    for (int attempt = 0; ; attempt++) {
      try {
        commit(check, id, update.get());
        return;
      } catch (RuntimeException failure) {
        Optional<Verdict> now =
            check.verdict() == Verdict.THERE ? Optional.of(Verdict.THERE) : look(check);
        if (now.equals(Optional.of(Verdict.THERE))) {
          LOG.info("Commit {} of run {} is in {}", id, run, table.name());
          return;
        }
        requireOurs(now.orElse(check.verdict()), check.wasAllowed());
        boolean unknown = now.isEmpty() || has(failure, CommitStateUnknownException.class);
        if (attempt == WAITS_MS.size() && unknown) {
          throw silent(failure);
        }
        boolean mayBeRepeated = unknown || has(failure, CommitFailedException.class);
        if (attempt == WAITS_MS.size() || !mayBeRepeated) {
          throw failure;
        }
        LOG.warn(
            "Commit {} of run {} is not in {}, and is made again: {}",
            id,
            run,
            table.name(),
            String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
        pause(WAITS_MS.get(attempt));
      }
    }
  }

  /**
   * Makes one attempt. Iceberg deletes the manifests of an attempt when the catalog says that it
   * failed, but a catalog that says so may have made the commit all the same, such as a rename
   * whose answer was lost. So they are deleted only after a commit that did not need them.
   */
  private void commit(OwnCommits check, String id, SnapshotUpdate<?> update) {
    Queue<String> unneeded = new ConcurrentLinkedQueue<>();
    update.set(Snapshots.RUN, run);
    update.set(Snapshots.DRIVER, driver);
    update.set(Snapshots.COMMIT, id);
    update.set("spark.app.id", application);
    update.validateWith(check);
    update.deleteWith(unneeded::add);
    update.commit();
    IcebergFiles.delete(table, unneeded);
  }

  /** What the table's history says now; empty if the catalog does not answer. */
  private Optional<Verdict> look(OwnCommits check) {
    try {
      table.refresh();
      return Optional.of(
          table.currentSnapshot() == null
              ? Verdict.NOT_ASKED
              : check.ask(SnapshotUtil.currentAncestors(table)));
    } catch (RuntimeException e) {
      LOG.warn("Cannot look at the history of {}: {}", table.name(), e.getMessage());
      return Optional.empty();
    }
  }

  private void requireOurs(Verdict verdict, boolean anythingSent) {
    if (verdict == Verdict.TAKEN_OVER) {
      throw new TakenOverException(
          String.format(
              Locale.ROOT,
              "Cannot go on: another driver has taken over run %s of %s and computes what is"
                  + " missing. Let it finish, or start this one again once it has ended",
              run,
              table.name()),
          anythingSent);
    }
    if (verdict == Verdict.FORGOTTEN) {
      throw new TakenOverException(
          String.format(
              Locale.ROOT,
              "Cannot go on: the snapshots of run %s are gone from %s, so another driver may have"
                  + " taken it over, or the table was rolled back. Run again",
              run,
              table.name()),
          anythingSent);
    }
  }

  private IllegalStateException silent(RuntimeException failure) {
    IllegalStateException silent =
        new IllegalStateException(
            ("Cannot find out whether %s has the last group of run %s: its catalog does not say."
                    + " Run again once it does; what is in the table then stays")
                .formatted(table.name(), run));
    // Not its cause, since Iceberg's message tells to look for files by hand.
    silent.addSuppressed(failure);
    return silent;
  }

  private static boolean has(RuntimeException failure, Class<?> kind) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (kind.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private Optional<Snapshot> find(String id) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (id.equals(snapshot.summary().get(Snapshots.COMMIT))) {
        return Optional.of(snapshot);
      }
    }
    return Optional.empty();
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a commit", e);
    }
  }
}
