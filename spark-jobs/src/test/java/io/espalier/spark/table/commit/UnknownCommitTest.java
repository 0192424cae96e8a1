package io.espalier.spark.table.commit;

import static io.espalier.spark.table.commit.FaultyTable.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.spark.TestSpark;
import io.espalier.spark.table.commit.FaultyCatalog.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits whose outcome nobody says, or that are said to have failed. */
class UnknownCommitTest {
  private static final SparkSession SPARK = TestSpark.session();

  private static final String CATALOG = "outcomes";

  @TempDir static Path warehouse;

  private final FaultyTable table = new FaultyTable(CATALOG);

  @BeforeAll
  static void register() {
    FaultyTable.register(CATALOG, warehouse);
  }

  @Test
  void aCommitWhoseAnswerIsLostIsNotRepeated() {
    RunTable run = table.claimed();
    table.plan(Fault.ANSWER_LOST);
    run.add(rows(1, "a", "b"), false);
    run.add(rows(1, "c"), false);
    assertThat(table.ids()).containsExactly("a", "b", "c");
    assertThat(table.done()).isTrue();
  }

  @Test
  void aCommitThatNeverArrivedIsRepeated() {
    RunTable run = table.claimed();
    table.plan(Fault.REQUEST_LOST, Fault.REQUEST_LOST, Fault.ANSWER_LOST);
    run.add(rows(1, "a", "b"), false);
    assertThat(table.ids()).containsExactly("a", "b");
    assertThat(table.done()).isTrue();
  }

  @Test
  void aClaimOfUnknownOutcomeIsOneToo() {
    table.ensure();
    table.plan(Fault.ANSWER_LOST);
    RunTable run = table.run();
    run.claim();
    table.plan(Fault.REQUEST_LOST);
    RunTable next = table.run();
    next.claim();
    next.add(rows(1, "a"), false);
    assertThat(table.ids()).containsExactly("a");
  }

  /** The catalog takes the request, says that it does not know, and commits a little later. */
  @Test
  void aRequestThatArrivesLateIsFoundWhenTheCommitIsMadeAgain() {
    RunTable run = table.claimed();
    List<Runnable> late = new ArrayList<>();
    table.plan(
        (commit, base, next) -> {
          late.add(commit);
          throw new CommitStateUnknownException(new IllegalStateException("still under way"));
        },
        (commit, base, next) -> {
          late.get(0).run();
          commit.run();
        });
    run.add(rows(1, "a", "b"), false);
    assertThat(table.ids()).containsExactly("a", "b");
    assertThat(table.done()).isTrue();
  }

  @Test
  void aRequestThatArrivesAfterTheRepeatedOneFails() {
    RunTable run = table.claimed();
    List<Runnable> late = new ArrayList<>();
    table.plan(
        (commit, base, next) -> {
          late.add(commit);
          throw new CommitStateUnknownException(new IllegalStateException("still under way"));
        });
    run.add(rows(1, "a", "b"), false);
    assertThatThrownBy(late.get(0)::run).isInstanceOf(CommitFailedException.class);
    assertThat(table.ids()).containsExactly("a", "b");
  }

  @Test
  void aReplacementWhoseAnswerIsLostIsNotRepeated() {
    RunTable run = table.claimed();
    run.add(rows(1, "a", "b", "c"), false);
    table.plan(Fault.ANSWER_LOST);
    run.add(rows(2, "b", "d"), true);
    table.plan(Fault.REQUEST_LOST);
    run.add(rows(3, "a"), true);
    assertThat(table.attempts()).containsExactly("a3", "b2", "c1", "d2");
    assertThat(table.done()).isTrue();
  }

  /** Iceberg would delete the manifests of what it takes for a failed attempt. */
  @Test
  void aCommitThatTheCatalogDeniesIsWhole() {
    table.ensure();
    table.plan(Fault.DENIED);
    RunTable run = table.run();
    run.claim();
    table.plan(Fault.DENIED);
    run.add(rows(1, "a", "b"), false);
    table.plan(Fault.DENIED);
    run.add(rows(2, "b", "c"), true);
    assertThat(table.attempts()).containsExactly("a1", "b2", "c2");
    assertThat(table.done()).isTrue();
  }

  @Test
  void theLastAttemptMayBeDeniedToo() {
    RunTable run = table.claimed();
    Fault refused =
        (commit, base, next) -> {
          throw new CommitFailedException("another was first");
        };
    SPARK.sql(
        "ALTER TABLE " + table.name() + " SET TBLPROPERTIES ('commit.retry.num-retries' = '1')");
    RunTable again = table.run();
    again.claim();
    table.plan(refused, Fault.DENIED);
    again.add(rows(1, "a"), false);
    assertThatThrownBy(() -> run.add(rows(1, "b"), false)).isInstanceOf(TakenOverException.class);
    assertThat(table.ids()).containsExactly("a");
  }

  /** Nobody knows any more whether the group of the first driver was committed. */
  @Test
  void aDeniedCommitWhoseSnapshotIsGoneKeepsItsFiles() {
    RunTable first = table.claimed();
    table.plan(
        (commit, base, next) -> {
          commit.run();
          table.run().claim();
          Table iceberg = table.iceberg();
          iceberg
              .expireSnapshots()
              .expireOlderThan(System.currentTimeMillis())
              .retainLast(1)
              .commit();
          throw new CommitFailedException("the rename failed");
        });
    assertThatThrownBy(() -> first.add(rows(1, "a"), false)).isInstanceOf(TakenOverException.class);
    assertThat(table.ids()).containsExactly("a");
  }

  @Test
  void anErrorThatIsNoLostAnswerIsToldAndWritesNothing() {
    RunTable run = table.claimed();
    table.plan(
        (commit, base, next) -> {
          throw new IllegalStateException("Cannot write: disk full");
        });
    assertThatThrownBy(() -> run.add(rows(1, "a"), false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot write: disk full");
    assertThat(table.ids()).isEmpty();
    run.add(rows(1, "a"), false);
    assertThat(table.ids()).containsExactly("a");
  }

  @Test
  void anErrorAfterTheCommitIsNone() {
    RunTable run = table.claimed();
    table.plan(
        (commit, base, next) -> {
          commit.run();
          throw new IllegalStateException("the connection was reset");
        });
    run.add(rows(1, "a"), false);
    assertThat(table.ids()).containsExactly("a");
  }
}
