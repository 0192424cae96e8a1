package io.espalier.spark.quarantine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The books of the quarantine: which rows are being computed where, which of them were being
 * computed when a process died, and which have ended one alone. Thread-safe.
 *
 * <p>A row that was in a batch when its process died is a suspect, and from then on it is computed
 * alone. If its process dies again, it was this row, and it fails.
 */
final class Suspects {
  /** Processes that a row may end. */
  static final int STRIKES = 2;

  /** Rows that a task computes now. */
  record Batch(String process, List<String> ids, boolean alone) {
    Batch {
      ids = List.copyOf(ids);
    }
  }

  /**
   * What a task has to know.
   *
   * @param suspects rows that must be computed alone
   * @param verdicts rows that must not be computed any more
   */
  record Known(Set<String> suspects, Map<String, Verdict> verdicts) {
    static final Known NOTHING = new Known(Set.of(), Map.of());
  }

  private final Map<Long, Batch> underWay = new HashMap<>();
  private final Set<Long> stalled = new HashSet<>();
  private final Map<String, Integer> strikes = new HashMap<>();
  private final Map<String, Verdict> verdicts = new HashMap<>();
  private final List<String> losses = new ArrayList<>();

  /** A task begins to compute a batch. */
  synchronized void begin(long attempt, Batch batch) {
    underWay.put(attempt, batch);
  }

  /** The task has its results. */
  synchronized void end(long attempt) {
    underWay.remove(attempt);
    stalled.remove(attempt);
  }

  /** The task's batch does not go on, so its process is about to end. */
  synchronized void stalled(long attempt) {
    stalled.add(attempt);
  }

  /**
   * A process has died.
   *
   * @return rows that it computed, if they may be the reason
   */
  synchronized List<String> lost(String process, Loss loss) {
    List<String> struck = new ArrayList<>();
    for (Iterator<Map.Entry<Long, Batch>> all = underWay.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Long, Batch> entry = all.next();
      if (entry.getValue().process().equals(process)) {
        all.remove();
        Loss own = stalled.remove(entry.getKey()) ? Loss.stalled() : loss;
        if (own.code().isPresent()) {
          strike(entry.getValue(), own);
          struck.addAll(entry.getValue().ids());
        }
      }
    }
    if (!struck.isEmpty()) {
      losses.add(loss.text());
    }
    return struck;
  }

  /** Counts a batch that was under way when its process died. */
  synchronized void strike(Batch batch, Loss loss) {
    for (String id : batch.ids()) {
      int count = strikes.merge(id, 1, Integer::sum);
      if (batch.alone() && count >= STRIKES) {
        verdicts.put(id, Verdict.of(loss));
      }
    }
  }

  /** Processes with rows under way that are gone, though nobody has said so yet. */
  synchronized Set<String> missing(Predicate<String> alive) {
    Set<String> processes = new HashSet<>();
    underWay.values().forEach(batch -> processes.add(batch.process()));
    processes.removeIf(alive);
    return processes;
  }

  synchronized Known known() {
    return strikes.isEmpty()
        ? Known.NOTHING
        : new Known(Set.copyOf(strikes.keySet()), Map.copyOf(verdicts));
  }

  /** Processes that died while they computed, and why, the first one first. */
  synchronized List<String> losses() {
    return List.copyOf(losses);
  }

  synchronized Map<String, Integer> strikes() {
    return Map.copyOf(strikes);
  }

  /** Takes over what an earlier process knew. */
  synchronized void restore(Map<String, Integer> earlier, Map<String, Verdict> sentenced) {
    earlier.forEach((id, count) -> strikes.merge(id, count, Integer::sum));
    verdicts.putAll(sentenced);
  }
}
