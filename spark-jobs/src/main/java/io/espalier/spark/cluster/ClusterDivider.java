package io.espalier.spark.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the number of clusters. It divides a set into the number of parts on which random halves
 * agree best, if they agree well enough, and then divides each part in the same way. A set without
 * such a division is one speaker.
 *
 * <p>Parts are divided again because a coarse division, such as that of high voices and low ones,
 * often holds better than that of the speakers.
 */
final class ClusterDivider {
  /** With fewer, halves have nothing to agree on. */
  static final int FEWEST_POINTS = 2 * HalvesAgreement.POINTS_PER_CLUSTER;

  /** Agreement that halves must reach. The recordings of one speaker mostly stay below 0.55. */
  private static final double BAR = 0.6;

  /** Divided by the number of points and added: few divide well by chance sooner. */
  private static final double BAR_OF_FEW = 2.5;

  /** The same for parts of a set: they are many, and most hold one speaker. */
  private static final double BAR_OF_FEW_IN_PART = 5;

  private final Directions points;
  private final int least;
  private final int most;
  private final long seed;
  private final List<ClusterChoice.Division> divisions = new ArrayList<>();
  private int clusters = 1;

  /** Points that may be divided, and the division that they come from; -1 for all points. */
  private record Part(List<Integer> points, int from) {}

  /** The result of dividing a part: the part itself or its parts. */
  private record Outcome(Part part, List<Part> parts) {}

  /**
   * @param least clusters at least
   * @param most clusters at most
   */
  ClusterDivider(Directions points, int least, int most, long seed) {
    this.points = points;
    this.least = Math.min(least, points.size());
    this.most = most;
    this.seed = seed;
  }

  ClusterChoice choose() {
    Deque<Part> open = new ArrayDeque<>();
    List<Part> done = new ArrayList<>();
    List<Integer> origins = new ArrayList<>();
    open.add(all());
    while (!open.isEmpty()) {
      Outcome outcome = divide(open.remove(), origins);
      open.addAll(outcome.parts());
      if (outcome.parts().isEmpty()) {
        done.add(outcome.part());
      }
    }
    return clusters < least ? forced() : choice(done, origins);
  }

  private Part all() {
    return new Part(IntStream.range(0, points.size()).boxed().toList(), -1);
  }

  private static double bar(Part part) {
    double few = part.from() < 0 ? BAR_OF_FEW : BAR_OF_FEW_IN_PART;
    return BAR + few / part.points().size();
  }

  private Outcome divide(Part part, List<Integer> origins) {
    int size = part.points().size();
    int limit = Math.min(size / HalvesAgreement.POINTS_PER_CLUSTER, most - clusters + 1);
    if (limit < 2) {
      return new Outcome(part, List.of());
    }
    Directions centered = points.of(part.points()).centered();
    HalvesAgreement halves = new HalvesAgreement(centered, seed);
    int into = halves.best(2, limit);
    double bar = bar(part);
    double agreement = halves.of(into);
    int removes = agreement < bar ? 0 : into - 1;
    divisions.add(new ClusterChoice.Division(size, into, agreement, bar, removes));
    origins.add(part.from());
    if (removes == 0) {
      return new Outcome(part, List.of());
    }
    clusters += removes;
    int[] labels = centered.tree().cut(into);
    int number = divisions.size() - 1;
    List<List<Integer>> members = new ArrayList<>();
    for (int label = 0; label < into; label++) {
      members.add(new ArrayList<>());
    }
    for (int i = 0; i < size; i++) {
      members.get(labels[i]).add(part.points().get(i));
    }
    return new Outcome(part, members.stream().map(some -> new Part(some, number)).toList());
  }

  /** Without a division those of its parts would not be either. */
  private ClusterChoice choice(List<Part> done, List<Integer> origins) {
    int[] removes = divisions.stream().mapToInt(ClusterChoice.Division::removes).toArray();
    for (int i = removes.length - 1; i > 0; i--) {
      removes[origins.get(i)] += removes[i];
    }
    List<ClusterChoice.Division> all = new ArrayList<>();
    for (int i = 0; i < removes.length; i++) {
      ClusterChoice.Division division = divisions.get(i);
      all.add(
          new ClusterChoice.Division(
              division.points(),
              division.into(),
              division.agreement(),
              division.bar(),
              removes[i]));
    }
    Integer[] labels = new Integer[points.size()];
    for (int i = 0; i < done.size(); i++) {
      int label = i;
      done.get(i).points().forEach(point -> labels[point] = label);
    }
    return new ClusterChoice(List.of(labels), done.size(), all);
  }

  /** Fewer hold than there must be: the division of all points that comes nearest to holding. */
  private ClusterChoice forced() {
    Directions centered = points.centered();
    int limit = Math.min(most, points.size() / HalvesAgreement.POINTS_PER_CLUSTER);
    WardTree tree = centered.tree();
    if (limit < least) {
      return new ClusterChoice(labels(tree, least), least, List.of());
    }
    HalvesAgreement halves = new HalvesAgreement(centered, seed);
    int into = halves.best(least, limit);
    double agreement = halves.of(into);
    List<ClusterChoice.Division> made =
        List.of(new ClusterChoice.Division(points.size(), into, agreement, bar(all()), into - 1));
    return new ClusterChoice(labels(tree, into), into, made);
  }

  private static List<Integer> labels(WardTree tree, int clusters) {
    return Arrays.stream(tree.cut(clusters)).boxed().toList();
  }
}
