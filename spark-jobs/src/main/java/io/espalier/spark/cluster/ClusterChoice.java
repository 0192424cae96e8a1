package io.espalier.spark.cluster;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A number of clusters that was chosen, with what speaks for it.
 *
 * @param labels the cluster of each point that it was chosen on
 * @param clusters their number
 * @param divisions all that were tried, made or not, the whole set's first; none if the points were
 *     too few
 */
record ClusterChoice(List<Integer> labels, int clusters, List<Division> divisions) {
  /** Decisions that are nearer to the bar may well be wrong. */
  private static final double SURE_MARGIN = 0.08;

  /** Likewise of all that were made. */
  private static final double SURE_STABILITY = 0.8;

  /**
   * A division of a set, which is made if halves agree on it.
   *
   * @param points of the set
   * @param into number of its parts
   * @param agreement of halves, see {@link HalvesAgreement}
   * @param bar what it must reach
   * @param removes clusters that there would be less without it; 0 if it is not made
   */
  record Division(int points, int into, double agreement, double bar, int removes) {
    boolean made() {
      return removes > 0;
    }

    /** Negative if it had to be made all the same. */
    private double margin() {
      return made() ? agreement - bar : bar - agreement;
    }
  }

  /** How far halves agree on the weakest division that was made, or how far not to make any. */
  double stability() {
    return divisions.stream()
        .filter(Division::made)
        .mapToDouble(Division::agreement)
        .min()
        .orElseGet(() -> divisions.isEmpty() ? 0 : 1 - divisions.get(0).agreement());
  }

  /**
   * What the number would be if its closest decision were the other one; empty if it was forced.
   */
  Optional<Integer> runnerUp() {
    return closest()
        .filter(last -> last.margin() >= 0)
        .map(last -> last.made() ? clusters - last.removes() : clusters + last.into() - 1);
  }

  boolean sure() {
    return closest().filter(last -> last.margin() >= SURE_MARGIN).isPresent()
        && (clusters == 1 || stability() >= SURE_STABILITY);
  }

  private Optional<Division> closest() {
    return divisions.stream().min(Comparator.comparingDouble(Division::margin));
  }

  /** In a few words, to follow the number. */
  String text() {
    if (divisions.isEmpty()) {
      return "too few points to choose";
    }
    String stability = String.format(Locale.ROOT, "chosen, stability %.2f", stability());
    return runnerUp().map(next -> stability + ", next likely " + next).orElse(stability);
  }

  /** A sentence for people where the number may be another. */
  Optional<String> warning() {
    if (divisions.isEmpty()) {
      return Optional.of(
          String.format(
                  Locale.ROOT,
                  "The number of speaker clusters could not be chosen: that takes at least %d"
                      + " points for",
                  ClusterDivider.FEWEST_POINTS)
              + String.format(
                  Locale.ROOT,
                  " two clusters, and %d more for each further one. Give --clusters",
                  HalvesAgreement.POINTS_PER_CLUSTER));
    }
    Division first = divisions.get(0);
    if (clusters == 1) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "The vectors show one speaker: on the best division, into %d, random halves of the"
                  + " recordings agree to %.2f only (1: always, 0: as by chance). If there are"
                  + " more, give --clusters",
              first.into(),
              first.agreement()));
    }
    if (sure()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "The number of speaker clusters is uncertain%s. If it is known, give --clusters",
            runnerUp().map(next -> String.format(Locale.ROOT, ": it may be %d", next)).orElse("")));
  }
}
