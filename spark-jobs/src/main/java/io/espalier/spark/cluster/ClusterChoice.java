package io.espalier.spark.cluster;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A chosen number of clusters, with the evidence for it.
 *
 * @param labels the cluster of each point used for the choice
 * @param clusters their number
 * @param divisions all divisions tried, made or not, the whole set's first; empty if there were too
 *     few points
 */
record ClusterChoice(List<Integer> labels, int clusters, List<Division> divisions) {
  /** Decisions that are nearer to the bar may well be wrong. */
  private static final double SURE_MARGIN = 0.08;

  /** Divisions that are less stable than this may well be wrong. */
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

  /**
   * The agreement of the halves on the weakest division made; if none was made, 1 minus the
   * agreement on the best one.
   */
  double stability() {
    return divisions.stream()
        .filter(Division::made)
        .mapToDouble(Division::agreement)
        .min()
        .orElseGet(() -> divisions.isEmpty() ? 0 : 1 - divisions.get(0).agreement());
  }

  /** The number if the closest decision had gone the other way; empty if there was no choice. */
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

  /** A few words to print after the number. */
  String text() {
    if (divisions.isEmpty()) {
      return "too few points to choose";
    }
    String stability = String.format(Locale.ROOT, "chosen, stability %.2f", stability());
    return runnerUp().map(next -> stability + ", next likely " + next).orElse(stability);
  }

  /** A sentence for the user if the number is uncertain. */
  Optional<String> warning() {
    if (divisions.isEmpty()) {
      return Optional.of(
          String.format(
                  Locale.ROOT,
                  "Cannot choose the number of speaker clusters: there are too few vectors. The"
                      + " choice needs at least %d for",
                  ClusterDivider.FEWEST_POINTS)
              + String.format(
                  Locale.ROOT,
                  " two clusters and %d more for each additional one. Give --clusters",
                  HalvesAgreement.POINTS_PER_CLUSTER));
    }
    Division first = divisions.get(0);
    if (clusters == 1) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "The vectors show one speaker: for the best division, into %d, the agreement of"
                  + " random halves of the recordings is only %.2f (1: full, 0: as by chance). If"
                  + " there are more speakers, give --clusters",
              first.into(),
              first.agreement()));
    }
    if (sure()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "The number of speaker clusters is uncertain%s. If you know it, give --clusters",
            runnerUp().map(next -> String.format(Locale.ROOT, ": it may be %d", next)).orElse("")));
  }
}
