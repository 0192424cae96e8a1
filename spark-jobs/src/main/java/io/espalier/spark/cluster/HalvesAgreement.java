package io.espalier.spark.cluster;

import io.espalier.udfs.metrics.AdjustedRandIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Measures how well random halves of the points agree on a division into some number of clusters.
 * Each half is clustered by itself, each point of one half gets the nearest centre of the other,
 * and the adjusted Rand index compares that with the half's own clusters. Real speakers appear in
 * both halves; chance clusters do not.
 *
 * <p>The idea is Tibshirani and Walther's prediction strength (2005), with the index instead of
 * their worst cluster.
 */
final class HalvesAgreement {
  private static final int REPEATS = 10;

  /** Each cluster has two points in a half on average. */
  static final int POINTS_PER_CLUSTER = 4;

  /** Numbers that agree as well as the best but for so much count as equal. */
  private static final double SAME = 0.005;

  private static final int EVERY_NUMBER_TO = 24;
  private static final double STEP = 1.1;

  private final List<Half> halves = new ArrayList<>();
  private final TreeMap<Integer, Double> agreements = new TreeMap<>();

  /** One half: its points, its tree and the other half. */
  private record Half(Directions points, WardTree tree, Directions others, WardTree otherTree) {
    double agreement(int clusters) {
      double[][] centers = points.centers(tree.cut(clusters), clusters);
      return AdjustedRandIndex.of(otherTree.cut(clusters), others.nearest(centers));
    }
  }

  HalvesAgreement(Directions points, long seed) {
    Random random = new Random(seed);
    List<Integer> order = new ArrayList<>(IntStream.range(0, points.size()).boxed().toList());
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      Collections.shuffle(order, random);
      int middle = order.size() / 2;
      Directions left = points.of(order.subList(0, middle));
      Directions right = points.of(order.subList(middle, order.size()));
      WardTree leftTree = left.tree();
      WardTree rightTree = right.tree();
      halves.add(new Half(left, leftTree, right, rightTree));
      halves.add(new Half(right, rightTree, left, leftTree));
    }
  }

  /** The mean over all halves: 1 if they always agree, 0 if they do as by chance. */
  double of(int clusters) {
    return agreements.computeIfAbsent(
        clusters, k -> halves.stream().mapToDouble(half -> half.agreement(k)).average().orElse(0));
  }

  /** The number from {@code least} to {@code most} that halves agree on best. */
  int best(int least, int most) {
    TreeSet<Integer> numbers = new TreeSet<>();
    for (double k = least; k < most; k = k < EVERY_NUMBER_TO ? k + 1 : Math.max(k + 1, k * STEP)) {
      numbers.add((int) k);
    }
    numbers.add(most);
    while (true) {
      int top = top(numbers);
      int tried = numbers.size();
      Integer below = numbers.lower(top);
      Integer above = numbers.higher(top);
      numbers.add(below == null ? top : (below + top) / 2);
      numbers.add(above == null ? top : (above + top + 1) / 2);
      if (numbers.size() == tried) {
        return top;
      }
    }
  }

  /**
   * Of equal results, the largest number: if coarser clusters are as stable, the finer ones are the
   * speakers.
   */
  private int top(NavigableSet<Integer> numbers) {
    double best = numbers.stream().mapToDouble(this::of).max().orElseThrow();
    return numbers.descendingSet().stream().filter(k -> of(k) >= best - SAME).findFirst().get();
  }
}
