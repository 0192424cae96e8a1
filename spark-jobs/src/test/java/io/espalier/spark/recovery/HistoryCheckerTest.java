package io.espalier.spark.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.recovery.History.Event;
import io.espalier.spark.recovery.History.Kind;
import io.espalier.spark.recovery.HistoryChecker.Verdict;
import io.espalier.spark.recovery.TableState.StoredRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker finds nothing in a right job, and what each broken writer does wrong. */
class HistoryCheckerTest {
  private static final int ROWS = 40;
  private static final int GROUP = 6;

  /** What a writer may do wrong with one of its groups. */
  private enum Fault {
    NOTHING,
    DROPS_A_GROUP,
    TELLS_OF_A_GROUP_THAT_IT_DROPS,
    WRITES_A_GROUP_TWICE,
    WRITES_TWICE_AND_CLEANS_UP,
    REPLACES_THE_TABLE,
    INVENTS_A_ROW,
    MIXES_UP_TEXTS,
    COMMITS_BEFORE_IT_COMPUTES,
    COMPUTES_ALL_AGAIN
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyBrokenWriterIsCaught(Fault fault) {
    for (long seed = 0; seed < 20; seed++) {
      Verdict verdict = new Job(fault, new Random(seed)).run();
      switch (fault) {
        case NOTHING -> assertThat(verdict.problems()).isEmpty();
        case DROPS_A_GROUP, REPLACES_THE_TABLE -> assertThat(verdict.lost()).isPositive();
        case TELLS_OF_A_GROUP_THAT_IT_DROPS -> {
          assertThat(verdict.lost()).isPositive();
          assertThat(verdict.problems()).anyMatch(problem -> problem.contains("acknowledged"));
        }
        case WRITES_A_GROUP_TWICE, WRITES_TWICE_AND_CLEANS_UP ->
            assertThat(verdict.doubled()).isPositive();
        case INVENTS_A_ROW, MIXES_UP_TEXTS, COMMITS_BEFORE_IT_COMPUTES ->
            assertThat(verdict.phantom()).isPositive();
        case COMPUTES_ALL_AGAIN ->
            assertThat(verdict.recomputed()).isGreaterThan(verdict.allowed());
      }
      assertThat(verdict.isGood()).as("%s", verdict).isEqualTo(fault == Fault.NOTHING);
    }
  }

  @Test
  void aKillAllowsToComputeAGroupAgain() {
    HistoryChecker checker =
        new HistoryChecker(Map.of("a", Optional.of("text of a")), 1, Set.of("KILL"));
    List<TableState> states =
        List.of(new TableState(1, 9, List.of(new StoredRow("r", "a", "ok", 1, "text of a"))));
    Event computed = new Event(1, Kind.COMPUTED, 1, "a");
    Event killed = new Event(2, Kind.FAULT, 1, "KILL");
    assertThat(checker.check(List.of(computed, killed, computed), states).problems()).isEmpty();
    assertThat(checker.check(List.of(computed, computed), states).problems())
        .containsExactly("1 rows were computed again, 0 are allowed");
  }

  /** A job of a writer that does one thing wrong, at a random group. */
  private static final class Job {
    private final Fault fault;
    private final Random random;
    private final List<Event> history = new ArrayList<>();
    private final List<TableState> states = new ArrayList<>();
    private List<StoredRow> table = List.of();
    private long now = 1000;
    private long told;

    Job(Fault fault, Random random) {
      this.fault = fault;
      this.random = random;
    }

    Verdict run() {
      Map<String, Optional<String>> expected = new LinkedHashMap<>();
      for (int i = 0; i < ROWS; i++) {
        expected.put("utt-" + i, Optional.of(text(i)));
      }
      int groups = (ROWS + GROUP - 1) / GROUP;
      int wrong = 1 + random.nextInt(groups - 1);
      for (int group = 0; group < groups; group++) {
        write(group, group == wrong ? fault : Fault.NOTHING);
      }
      if (fault == Fault.COMPUTES_ALL_AGAIN) {
        for (int i = 0; i < ROWS; i++) {
          computed(i);
        }
      }
      return new HistoryChecker(expected, GROUP, Set.of()).check(history, states);
    }

    private void write(int group, Fault wrong) {
      List<StoredRow> rows = new ArrayList<>();
      for (int i = group * GROUP; i < Math.min(ROWS, (group + 1) * GROUP); i++) {
        if (wrong != Fault.COMMITS_BEFORE_IT_COMPUTES) {
          computed(i);
        }
        String text = wrong == Fault.MIXES_UP_TEXTS ? text(i + 1) : text(i);
        rows.add(new StoredRow("run", "utt-" + i, "ok", 1, text));
      }
      switch (wrong) {
        case DROPS_A_GROUP -> {
          return;
        }
        case TELLS_OF_A_GROUP_THAT_IT_DROPS -> {
          tell(rows.size());
          return;
        }
        case WRITES_A_GROUP_TWICE -> commit(with(with(table, rows), rows));
        case WRITES_TWICE_AND_CLEANS_UP -> {
          List<StoredRow> right = with(table, rows);
          commit(with(right, rows));
          commit(right);
        }
        case REPLACES_THE_TABLE -> commit(rows);
        case INVENTS_A_ROW ->
            commit(
                with(with(table, rows), List.of(new StoredRow("run", "utt-x", "ok", 1, "made"))));
        default -> commit(with(table, rows));
      }
      if (wrong == Fault.COMMITS_BEFORE_IT_COMPUTES) {
        for (int i = group * GROUP; i < Math.min(ROWS, (group + 1) * GROUP); i++) {
          computed(i);
        }
      }
      tell(rows.size());
    }

    private void computed(int i) {
      history.add(new Event(now++, Kind.COMPUTED, 2, "utt-" + i));
    }

    private void commit(List<StoredRow> rows) {
      table = rows;
      states.add(new TableState(states.size() + 1, now++, rows));
    }

    private void tell(int rows) {
      told += rows;
      history.add(new Event(now++, Kind.ACKNOWLEDGED, 1, String.valueOf(told)));
    }

    private static List<StoredRow> with(List<StoredRow> rows, List<StoredRow> more) {
      List<StoredRow> all = new ArrayList<>(rows);
      all.addAll(more);
      return all;
    }

    private static String text(int i) {
      return "text of " + i;
    }
  }
}
