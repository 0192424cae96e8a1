package io.espalier.spark.table.commit;

import static io.espalier.spark.table.commit.FaultyTable.rows;
import static io.espalier.spark.table.commit.FaultyTable.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.commit.FaultyCatalog.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers of a run that do not know of each other. */
class RunTableTest {
  private static final SparkSession SPARK = TestSpark.session();

  private static final String CATALOG = "drivers";

  @TempDir static Path warehouse;

  private final FaultyTable table = new FaultyTable(CATALOG);

  @BeforeAll
  static void register() {
    FaultyTable.register(CATALOG, warehouse);
  }

  @Test
  void theDriverThatStartedLastHasTheRun() {
    RunTable first = table.claimed();
    first.add(rows(1, "a"), false);
    RunTable second = table.run();
    Dataset<Row> seen = second.claim().orElseThrow();
    assertThatThrownBy(() -> first.add(rows(1, "b"), false))
        .isInstanceOf(TakenOverException.class)
        .hasMessageStartingWith(
            "Cannot go on: another driver has taken over run run of drivers.db.");
    assertThatThrownBy(() -> first.add(rows(2, "a"), true)).isInstanceOf(TakenOverException.class);
    second.add(rows(1, "b"), false);
    assertThat(table.ids()).containsExactly("a", "b");
    assertThat(seen.select("utt_id").collectAsList())
        .as("what the second one has to know of")
        .containsExactly(RowFactory.create("a"));
    assertThat(table.dataFiles(warehouse)).as("files of refused groups are deleted").isEqualTo(2);
  }

  /** The second driver starts between the check and the commit of the first one. */
  @Test
  void noCommitSlipsInBehindAClaim() {
    RunTable first = table.claimed();
    RunTable second = table.run();
    List<Dataset<Row>> seen = new ArrayList<>();
    table.plan(
        (commit, base, next) -> {
          second.claim().ifPresent(seen::add);
          commit.run();
        });
    assertThatThrownBy(() -> first.add(rows(1, "a"), false)).isInstanceOf(TakenOverException.class);
    assertThat(seen).as("there was nothing yet").isEmpty();
    assertThat(table.ids()).isEmpty();
    second.add(rows(1, "a"), false);
    assertThat(table.ids()).containsExactly("a");
  }

  @Test
  void aLostAnswerOfADriverThatIsTakenOverThenIsNoLostGroup() {
    RunTable first = table.claimed();
    RunTable second = table.run();
    List<Dataset<Row>> seen = new ArrayList<>();
    table.plan(
        (commit, base, next) -> {
          commit.run();
          second.claim().ifPresent(seen::add);
          throw new CommitStateUnknownException(new IllegalStateException("the answer was lost"));
        });
    assertThatCode(() -> first.add(rows(1, "a"), false)).doesNotThrowAnyException();
    assertThat(seen.get(0).count()).isEqualTo(1);
    assertThatThrownBy(() -> first.add(rows(1, "b"), false)).isInstanceOf(TakenOverException.class);
    assertThat(table.ids()).containsExactly("a");
  }

  @Test
  void runsOfOneTableDoNotDisturbEachOther() {
    RunTable mine = table.claimed();
    RunTable other = table.run("other");
    other.claim();
    mine.add(rows(1, "a"), false);
    table.plan(
        (commit, base, next) -> {
          other.add(rows("other", 1, "a"), false);
          commit.run();
        });
    mine.add(rows(1, "b"), false);
    other.add(rows("other", 2, "a"), true);
    mine.add(rows(2, "a"), true);
    assertThat(table.attempts()).containsExactly("a2", "a2", "b1");
  }

  /** A compaction rewrites a file while its rows are replaced. */
  @Test
  void filesThatOthersRewriteMeanwhileAreReplacedAnew() {
    RunTable run = table.claimed();
    run.add(rows(1, "a", "b"), false);
    run.add(rows(1, "c"), false);
    table.plan(
        (commit, base, next) -> {
          SPARK.sql(
              "CALL drivers.system.rewrite_data_files(table => '%s', options => map("
                      .formatted(table.name().substring("drivers.".length()))
                  + "'rewrite-all', 'true'))");
          commit.run();
        });
    run.add(rows(2, "b"), true);
    assertThat(table.attempts()).containsExactly("a1", "b2", "c1");
    assertThat(table.done()).isTrue();
  }

  @Test
  void aRunWhoseSnapshotsAreGoneIsNobodys() {
    RunTable run = table.claimed();
    run.add(rows(1, "a"), false);
    Table iceberg = table.iceberg();
    RunTable other = table.run("other");
    other.claim();
    iceberg.refresh();
    iceberg.expireSnapshots().expireOlderThan(System.currentTimeMillis()).retainLast(1).commit();
    assertThatThrownBy(() -> run.add(rows(1, "b"), false))
        .isInstanceOf(TakenOverException.class)
        .hasMessageContaining("the snapshots of run run are gone");
    assertThat(table.ids()).containsExactly("a");
  }

  @Test
  void aBranchIsRefused() {
    table.claimed().add(rows(1, "a"), false);
    SPARK.sql("ALTER TABLE " + table.name() + " CREATE BRANCH audit");
    RunTable branch = RunTable.of(SPARK, TableRef.of(SPARK, table.name() + ".branch_audit"), "run");
    assertThatThrownBy(branch::claim)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("it is a branch of a table");
  }

  /** Drivers and faults in any order: every snapshot has each row once, and none is lost. */
  @Test
  void noHistoryHasARowTwice() {
    table.ensure();
    Random random = new Random(19);
    List<RunTable> drivers = new ArrayList<>();
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      if (drivers.isEmpty() || random.nextInt(6) == 0) {
        RunTable driver = table.run();
        driver.claim();
        drivers.add(driver);
      }
      Fault[] faults = new Fault[random.nextInt(3)];
      Arrays.setAll(
          faults,
          f -> List.of(Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.DENIED).get(random.nextInt(3)));
      table.plan(faults);
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
    assertThat(table.ids()).isEqualTo(acknowledged);
    for (Snapshot snapshot : table.iceberg().snapshots()) {
      List<String> then =
          strings(
              SPARK.sql(
                  "SELECT utt_id FROM %s VERSION AS OF %s"
                      .formatted(table.name(), Long.toString(snapshot.snapshotId()))));
      assertThat(then).doesNotHaveDuplicates();
      assertThat(acknowledged).containsAll(then);
    }
  }
}
