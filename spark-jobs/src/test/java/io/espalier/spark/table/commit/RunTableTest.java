package io.espalier.spark.table.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.table.Snapshots;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.table.commit.FaultyCatalog.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits whose outcome nobody says, and drivers that do not know of each other. */
class RunTableTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final StructType SCHEMA =
      new StructType()
          .add("utt_id", "string")
          .add("run_id", "string")
          .add("attempt", "int")
          .add("gflops", new StructType().add("total", "double").add("dense", "double"));
  private static final AtomicInteger TABLES = new AtomicInteger();

  @TempDir static Path warehouse;

  private final String name = "faulty.db.t" + TABLES.incrementAndGet();

  @BeforeAll
  static void register() {
    FaultyCatalog.register(SPARK, "faulty", warehouse);
  }

  @Test
  void aCommitWhoseAnswerIsLostIsNotRepeated() {
    RunTable run = claimed();
    plan(Fault.ANSWER_LOST);
    run.add(rows(1, "a", "b"), false);
    run.add(rows(1, "c"), false);
    assertThat(ids()).containsExactly("a", "b", "c");
    assertThat(done()).isTrue();
  }

  @Test
  void aCommitThatNeverArrivedIsRepeated() {
    RunTable run = claimed();
    plan(Fault.REQUEST_LOST, Fault.REQUEST_LOST, Fault.ANSWER_LOST);
    run.add(rows(1, "a", "b"), false);
    assertThat(ids()).containsExactly("a", "b");
    assertThat(done()).isTrue();
  }

  @Test
  void aClaimOfUnknownOutcomeIsOneToo() {
    Tables.ensure(SPARK, ref(), SCHEMA);
    plan(Fault.ANSWER_LOST);
    RunTable run = RunTable.of(SPARK, ref(), "run");
    run.claim();
    plan(Fault.REQUEST_LOST);
    RunTable next = RunTable.of(SPARK, ref(), "run");
    next.claim();
    next.add(rows(1, "a"), false);
    assertThat(ids()).containsExactly("a");
  }

  /** The catalog takes the request, says that it does not know, and commits a little later. */
  @Test
  void aRequestThatArrivesLateIsFoundWhenTheCommitIsMadeAgain() {
    RunTable run = claimed();
    List<Runnable> late = new ArrayList<>();
    plan(
        (commit, base, next) -> {
          late.add(commit);
          throw new CommitStateUnknownException(new IllegalStateException("still under way"));
        },
        (commit, base, next) -> {
          late.get(0).run();
          commit.run();
        });
    run.add(rows(1, "a", "b"), false);
    assertThat(ids()).containsExactly("a", "b");
    assertThat(done()).isTrue();
  }

  @Test
  void aRequestThatArrivesAfterTheRepeatedOneFails() {
    RunTable run = claimed();
    List<Runnable> late = new ArrayList<>();
    plan(
        (commit, base, next) -> {
          late.add(commit);
          throw new CommitStateUnknownException(new IllegalStateException("still under way"));
        });
    run.add(rows(1, "a", "b"), false);
    assertThatThrownBy(late.get(0)::run).isInstanceOf(CommitFailedException.class);
    assertThat(ids()).containsExactly("a", "b");
  }

  @Test
  void aReplacementWhoseAnswerIsLostIsNotRepeated() {
    RunTable run = claimed();
    run.add(rows(1, "a", "b", "c"), false);
    plan(Fault.ANSWER_LOST);
    run.add(rows(2, "b", "d"), true);
    plan(Fault.REQUEST_LOST);
    run.add(rows(3, "a"), true);
    assertThat(attempts()).containsExactly("a3", "b2", "c1", "d2");
    assertThat(done()).isTrue();
  }

  /** Iceberg would delete the manifests of what it takes for a failed attempt. */
  @Test
  void aCommitThatTheCatalogDeniesIsWhole() {
    Tables.ensure(SPARK, ref(), SCHEMA);
    plan(Fault.DENIED);
    RunTable run = RunTable.of(SPARK, ref(), "run");
    run.claim();
    plan(Fault.DENIED);
    run.add(rows(1, "a", "b"), false);
    plan(Fault.DENIED);
    run.add(rows(2, "b", "c"), true);
    assertThat(attempts()).containsExactly("a1", "b2", "c2");
    assertThat(done()).isTrue();
  }

  @Test
  void theLastAttemptMayBeDeniedToo() {
    RunTable run = claimed();
    Fault refused =
        (commit, base, next) -> {
          throw new CommitFailedException("another was first");
        };
    SPARK.sql("ALTER TABLE " + name + " SET TBLPROPERTIES ('commit.retry.num-retries' = '1')");
    RunTable again = RunTable.of(SPARK, ref(), "run");
    again.claim();
    plan(refused, Fault.DENIED);
    again.add(rows(1, "a"), false);
    assertThatThrownBy(() -> run.add(rows(1, "b"), false)).isInstanceOf(TakenOverException.class);
    assertThat(ids()).containsExactly("a");
  }

  /** Nobody knows any more whether the group of the first driver was committed. */
  @Test
  void aDeniedCommitWhoseSnapshotIsGoneKeepsItsFiles() {
    RunTable first = claimed();
    plan(
        (commit, base, next) -> {
          commit.run();
          RunTable.of(SPARK, ref(), "run").claim();
          Table table = Snapshots.iceberg(SPARK, ref()).orElseThrow();
          table
              .expireSnapshots()
              .expireOlderThan(System.currentTimeMillis())
              .retainLast(1)
              .commit();
          throw new CommitFailedException("the rename failed");
        });
    assertThatThrownBy(() -> first.add(rows(1, "a"), false)).isInstanceOf(TakenOverException.class);
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void anErrorThatIsNoLostAnswerIsToldAndWritesNothing() {
    RunTable run = claimed();
    plan(
        (commit, base, next) -> {
          throw new IllegalStateException("Cannot write: disk full");
        });
    assertThatThrownBy(() -> run.add(rows(1, "a"), false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot write: disk full");
    assertThat(ids()).isEmpty();
    run.add(rows(1, "a"), false);
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void anErrorAfterTheCommitIsNone() {
    RunTable run = claimed();
    plan(
        (commit, base, next) -> {
          commit.run();
          throw new IllegalStateException("the connection was reset");
        });
    run.add(rows(1, "a"), false);
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void theDriverThatStartedLastHasTheRun() {
    RunTable first = claimed();
    first.add(rows(1, "a"), false);
    RunTable second = RunTable.of(SPARK, ref(), "run");
    Dataset<Row> seen = second.claim().orElseThrow();
    assertThatThrownBy(() -> first.add(rows(1, "b"), false))
        .isInstanceOf(TakenOverException.class)
        .hasMessageStartingWith(
            "Cannot go on: another driver has taken over run run of faulty.db.");
    assertThatThrownBy(() -> first.add(rows(2, "a"), true)).isInstanceOf(TakenOverException.class);
    second.add(rows(1, "b"), false);
    assertThat(ids()).containsExactly("a", "b");
    assertThat(seen.select("utt_id").collectAsList())
        .as("what the second one has to know of")
        .containsExactly(RowFactory.create("a"));
    assertThat(dataFiles()).as("files of refused groups are deleted").isEqualTo(2);
  }

  /** The second driver starts between the check and the commit of the first one. */
  @Test
  void noCommitSlipsInBehindAClaim() {
    RunTable first = claimed();
    RunTable second = RunTable.of(SPARK, ref(), "run");
    List<Dataset<Row>> seen = new ArrayList<>();
    plan(
        (commit, base, next) -> {
          second.claim().ifPresent(seen::add);
          commit.run();
        });
    assertThatThrownBy(() -> first.add(rows(1, "a"), false)).isInstanceOf(TakenOverException.class);
    assertThat(seen).as("there was nothing yet").isEmpty();
    assertThat(ids()).isEmpty();
    second.add(rows(1, "a"), false);
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void aLostAnswerOfADriverThatIsTakenOverThenIsNoLostGroup() {
    RunTable first = claimed();
    RunTable second = RunTable.of(SPARK, ref(), "run");
    List<Dataset<Row>> seen = new ArrayList<>();
    plan(
        (commit, base, next) -> {
          commit.run();
          second.claim().ifPresent(seen::add);
          throw new CommitStateUnknownException(new IllegalStateException("the answer was lost"));
        });
    assertThatCode(() -> first.add(rows(1, "a"), false)).doesNotThrowAnyException();
    assertThat(seen.get(0).count()).isEqualTo(1);
    assertThatThrownBy(() -> first.add(rows(1, "b"), false)).isInstanceOf(TakenOverException.class);
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void runsOfOneTableDoNotDisturbEachOther() {
    RunTable mine = claimed();
    RunTable other = RunTable.of(SPARK, ref(), "other");
    other.claim();
    mine.add(rows(1, "a"), false);
    plan(
        (commit, base, next) -> {
          other.add(rows("other", 1, "a"), false);
          commit.run();
        });
    mine.add(rows(1, "b"), false);
    other.add(rows("other", 2, "a"), true);
    mine.add(rows(2, "a"), true);
    assertThat(attempts()).containsExactly("a2", "a2", "b1");
  }

  /** A compaction rewrites a file while its rows are replaced. */
  @Test
  void filesThatOthersRewriteMeanwhileAreReplacedAnew() {
    RunTable run = claimed();
    run.add(rows(1, "a", "b"), false);
    run.add(rows(1, "c"), false);
    plan(
        (commit, base, next) -> {
          SPARK.sql(
              "CALL faulty.system.rewrite_data_files(table => '%s', options => map("
                      .formatted(name.substring("faulty.".length()))
                  + "'rewrite-all', 'true'))");
          commit.run();
        });
    run.add(rows(2, "b"), true);
    assertThat(attempts()).containsExactly("a1", "b2", "c1");
    assertThat(done()).isTrue();
  }

  @Test
  void aRunWhoseSnapshotsAreGoneIsNobodys() {
    RunTable run = claimed();
    run.add(rows(1, "a"), false);
    Table table = Snapshots.iceberg(SPARK, ref()).orElseThrow();
    RunTable other = RunTable.of(SPARK, ref(), "other");
    other.claim();
    table.refresh();
    table.expireSnapshots().expireOlderThan(System.currentTimeMillis()).retainLast(1).commit();
    assertThatThrownBy(() -> run.add(rows(1, "b"), false))
        .isInstanceOf(TakenOverException.class)
        .hasMessageContaining("the snapshots of run run are gone");
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void aBranchIsRefused() {
    claimed().add(rows(1, "a"), false);
    SPARK.sql("ALTER TABLE " + name + " CREATE BRANCH audit");
    RunTable branch = RunTable.of(SPARK, TableRef.of(SPARK, name + ".branch_audit"), "run");
    assertThatThrownBy(branch::claim)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("it is a branch of a table");
  }

  /** Drivers and faults in any order: every snapshot has each row once, and none is lost. */
  @Test
  void noHistoryHasARowTwice() {
    Tables.ensure(SPARK, ref(), SCHEMA);
    Random random = new Random(19);
    List<RunTable> drivers = new ArrayList<>();
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      if (drivers.isEmpty() || random.nextInt(6) == 0) {
        RunTable driver = RunTable.of(SPARK, ref(), "run");
        driver.claim();
        drivers.add(driver);
      }
      Fault[] faults = new Fault[random.nextInt(3)];
      Arrays.setAll(
          faults,
          f -> List.of(Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.DENIED).get(random.nextInt(3)));
      plan(faults);
      // One in three is an old driver's, which may want to repeat what is there.
      RunTable driver = drivers.get(drivers.size() - 1);
      boolean old = drivers.size() > 1 && random.nextInt(3) == 0;
      String id = "r" + (10 + i);
      if (old) {
        RunTable stale = drivers.get(random.nextInt(drivers.size() - 1));
        assertThatThrownBy(() -> stale.add(rows(1, id, "r10"), random.nextBoolean()))
            .isInstanceOf(TakenOverException.class);
      } else {
        driver.add(rows(1, id), false);
        acknowledged.add(id);
      }
    }
    assertThat(ids()).isEqualTo(acknowledged);
    for (Snapshot snapshot : Snapshots.iceberg(SPARK, ref()).orElseThrow().snapshots()) {
      List<String> then =
          strings(
              SPARK.sql(
                  "SELECT utt_id FROM %s VERSION AS OF %s"
                      .formatted(name, Long.toString(snapshot.snapshotId()))));
      assertThat(then).doesNotHaveDuplicates();
      assertThat(acknowledged).containsAll(then);
    }
  }

  private RunTable claimed() {
    Tables.ensure(SPARK, ref(), SCHEMA);
    RunTable run = RunTable.of(SPARK, ref(), "run");
    assertThat(run.claim()).as("nothing is there yet").isEmpty();
    return run;
  }

  private TableRef ref() {
    return TableRef.of(SPARK, name);
  }

  private void plan(Fault... faults) {
    FaultyCatalog.plan(table(), faults);
  }

  private boolean done() {
    return FaultyCatalog.isDone(table());
  }

  private String table() {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static Dataset<Row> rows(int attempt, String... ids) {
    return rows("run", attempt, ids);
  }

  /** In another order of columns than the table's. */
  private static Dataset<Row> rows(String run, int attempt, String... ids) {
    List<Row> rows = Arrays.stream(ids).map(id -> RowFactory.create(attempt, id, run)).toList();
    return SPARK.createDataFrame(
        rows,
        new StructType().add("attempt", "int").add("utt_id", "string").add("run_id", "string"));
  }

  private List<String> ids() {
    return strings(SPARK.table(name).select("utt_id"));
  }

  private List<String> attempts() {
    return strings(SPARK.table(name).selectExpr("concat(utt_id, attempt)"));
  }

  private static List<String> strings(Dataset<Row> rows) {
    List<String> strings = new ArrayList<>();
    rows.collectAsList().forEach(row -> strings.add(row.getString(0)));
    Collections.sort(strings);
    return strings;
  }

  private int dataFiles() {
    String[] files =
        warehouse
            .resolve("db")
            .resolve(table())
            .resolve("data")
            .toFile()
            .list((d, n) -> n.endsWith(".parquet"));
    return files == null ? 0 : files.length;
  }
}
