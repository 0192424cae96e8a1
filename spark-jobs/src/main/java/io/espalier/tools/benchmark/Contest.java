package io.espalier.tools.benchmark;

import java.util.List;

/** A contestant, and the best seconds that it needed so far. */
final class Contest {
  private final Runnable work;
  private double best = Double.POSITIVE_INFINITY;

  Contest(Runnable work) {
    this.work = work;
  }

  /** Seconds of the best round. */
  double best() {
    return best;
  }

  private void round() {
    long start = System.nanoTime();
    work.run();
    best = Math.min(best, (System.nanoTime() - start) / 1e9);
  }

  /** All contestants in turn, after one round that warms up. */
  static void takeTurns(List<Contest> contests, int rounds) {
    for (int round = 0; round <= rounds; round++) {
      contests.forEach(Contest::round);
      if (round == 0) {
        contests.forEach(contest -> contest.best = Double.POSITIVE_INFINITY);
      }
    }
  }
}
