package io.espalier.tools.benchmark;

import io.espalier.tools.benchmark.NoiseSearch.Load;
import java.util.ArrayList;
import java.util.List;

/** Loads of utterances that take turns on their models. */
final class SearchTurns {
  private final List<Contest> contests = new ArrayList<>();

  /** A load, and how fast it ran. */
  record Entry(Load load, Contest contest) {
    double utterancesPerS() {
      return load.batch() / contest.best();
    }

    /** Seconds of audio per second. */
    double timesRealTime() {
      return load.clipS() * utterancesPerS();
    }
  }

  /**
   * A load, and the same with one token an utterance. The difference is the time of the decoder's
   * steps, however far a device lags behind.
   */
  record Steps(Entry whole, Entry firstToken) {
    /** Tokens per second after the first of each utterance. */
    double tokensPerS() {
      int steps = whole.load().tokens() - firstToken.load().tokens();
      return whole.load().batch() * steps / (whole.contest().best() - firstToken.contest().best());
    }
  }

  /** Adds a load. */
  Entry add(RandomModel model, Load load) {
    Contest contest = new Contest(new NoiseSearch(model, load));
    contests.add(contest);
    return new Entry(load, contest);
  }

  /** Adds a load whose decoder's steps are measured apart. */
  Steps addSteps(RandomModel model, Load load) {
    return new Steps(add(model, load), add(model, load.withTokens(1)));
  }

  void run(int rounds) {
    Contest.takeTurns(contests, rounds);
  }
}
