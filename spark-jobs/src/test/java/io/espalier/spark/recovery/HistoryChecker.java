package io.espalier.spark.recovery;

import io.espalier.spark.recovery.History.Event;
import io.espalier.spark.recovery.History.Kind;
import io.espalier.spark.recovery.TableState.StoredRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares what a job did with what it has promised: nothing is lost, nothing is there twice, in no
 * snapshot of its table, nothing is there that was not computed, and little is computed twice.
 *
 * @param expected ids of the input, with the text that each must get; empty where any text will do
 * @param perKill rows that may be computed again for each process that is killed or fails: those of
 *     a group that waits for its commit, and those in flight
 * @param killers subjects of the faults that may cost computed rows; so do drivers that end early
 */
record HistoryChecker(Map<String, Optional<String>> expected, int perKill, Set<String> killers) {

  /**
   * What was found.
   *
   * @param lost rows that were there, or should be, and are not
   * @param doubled rows of one run and id that a snapshot holds more than once
   * @param phantom rows that no input asks for, that nobody computed, or that have another text
   * @param recomputed times that a row was computed after the first
   * @param allowed times that are allowed
   * @param problems a sentence for each finding
   */
  record Verdict(
      int lost,
      int doubled,
      int phantom,
      long recomputed,
      long allowed,
      int snapshots,
      long faults,
      List<String> problems) {
    boolean isGood() {
      return problems.isEmpty();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d snapshots, %d faults: %d lost, %d doubled, %d phantom, %d of %d recomputed%s",
          snapshots,
          faults,
          lost,
          doubled,
          phantom,
          recomputed,
          allowed,
          problems.stream().map(problem -> "\n  " + problem).collect(Collectors.joining()));
    }
  }

  /**
   * Looks at a job that has finished.
   *
   * @param states all snapshots of its table, in their order
   */
  Verdict check(List<Event> history, List<TableState> states) {
    List<String> problems = new ArrayList<>();
    int doubled = doubled(states, problems);
    int lost = lost(states, problems) + unacknowledged(history, states, problems);
    int phantom = phantom(history, states, problems);
    long kills = history.stream().filter(this::costsRows).count();
    long recomputed = recomputed(history);
    long allowed = kills * perKill;
    if (recomputed > allowed) {
      problems.add(
          String.format(
              Locale.ROOT, "%d rows were computed again, %d are allowed", recomputed, allowed));
    }
    long faults = history.stream().filter(event -> event.kind() == Kind.FAULT).count();
    return new Verdict(
        lost, doubled, phantom, recomputed, allowed, states.size(), faults, List.copyOf(problems));
  }

  /** Whether computed rows may go with it: a paused or slow process loses nothing. */
  private boolean costsRows(Event event) {
    return switch (event.kind()) {
      case FAIL, UNKNOWN -> true;
      case FAULT -> killers.contains(event.subject());
      default -> false;
    };
  }

  private static int doubled(List<TableState> states, List<String> problems) {
    int doubled = 0;
    for (TableState state : states) {
      Set<String> seen = new HashSet<>();
      for (StoredRow row : state.rows()) {
        if (!seen.add(row.key())) {
          doubled++;
          problems.add(
              String.format(
                  Locale.ROOT, "snapshot %d holds %s twice", state.snapshot(), row.key()));
        }
      }
    }
    return doubled;
  }

  private int lost(List<TableState> states, List<String> problems) {
    int lost = 0;
    Set<String> before = Set.of();
    for (TableState state : states) {
      Set<String> now = state.rows().stream().map(StoredRow::key).collect(Collectors.toSet());
      for (String key : before) {
        if (!now.contains(key)) {
          lost++;
          problems.add(
              String.format(Locale.ROOT, "snapshot %d lacks %s of before", state.snapshot(), key));
        }
      }
      before = now;
    }
    Set<String> there =
        last(states).stream().map(StoredRow::uttId).collect(Collectors.toCollection(HashSet::new));
    for (String id : expected.keySet()) {
      if (!there.contains(id)) {
        lost++;
        problems.add("%s has no row in the end".formatted(id));
      }
    }
    return lost;
  }

  /** Rows that drivers told of and that are not there; failed rows may have been replaced. */
  private static int unacknowledged(
      List<Event> history, List<TableState> states, List<String> problems) {
    Map<Long, Long> told = new HashMap<>();
    history.stream()
        .filter(event -> event.kind() == Kind.ACKNOWLEDGED)
        .forEach(event -> told.merge(event.process(), Long.parseLong(event.subject()), Math::max));
    long acknowledged = told.values().stream().mapToLong(Long::longValue).sum();
    long there = last(states).stream().mapToLong(StoredRow::attempt).sum();
    long missing = Math.max(0, acknowledged - there);
    if (missing > 0) {
      problems.add(
          String.format(
              Locale.ROOT, "%d rows were acknowledged, %d are there", acknowledged, there));
    }
    return Math.toIntExact(missing);
  }

  private int phantom(List<Event> history, List<TableState> states, List<String> problems) {
    Map<String, Long> computed = new HashMap<>();
    history.stream()
        .filter(event -> event.kind() == Kind.COMPUTED)
        .forEach(event -> computed.merge(event.subject(), event.timeMs(), Math::min));
    int phantom = 0;
    Set<String> told = new HashSet<>();
    for (TableState state : states) {
      for (StoredRow row : state.rows()) {
        String why = why(row, state, computed);
        if (why != null && told.add(row.key() + why)) {
          phantom++;
          problems.add(
              String.format(Locale.ROOT, "snapshot %d: %s %s", state.snapshot(), row.key(), why));
        }
      }
    }
    return phantom;
  }

  /** Why a row should not be there; null if it should. */
  private String why(StoredRow row, TableState state, Map<String, Long> computed) {
    Optional<String> text = expected.get(row.uttId());
    if (text == null) {
      return "is not in the input";
    }
    if (row.status().equals("ok")) {
      Long time = computed.get(row.uttId());
      if (time == null || time > state.committedMs()) {
        return "was not computed before";
      }
      if (text.isPresent() && !Objects.equals(text.get(), row.text())) {
        return "has the text %s".formatted(row.text());
      }
    }
    return null;
  }

  private static long recomputed(List<Event> history) {
    List<String> ids =
        history.stream()
            .filter(event -> event.kind() == Kind.COMPUTED)
            .map(Event::subject)
            .toList();
    return (long) ids.size() - new HashSet<>(ids).size();
  }

  private static List<StoredRow> last(List<TableState> states) {
    return states.isEmpty() ? List.of() : states.get(states.size() - 1).rows();
  }
}
