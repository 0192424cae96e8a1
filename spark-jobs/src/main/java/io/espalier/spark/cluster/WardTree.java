package io.espalier.spark.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Ward's clustering: each point starts as a cluster, and each step merges the two clusters whose
 * union increases the squared distances to the centres least. One tree has the divisions into any
 * number of clusters and needs no random start. MLlib has no such method.
 *
 * <p>The nearest-neighbour chain finds the merges in O(n²) time and memory.
 */
final class WardTree {
  private final int points;
  private final List<Merge> merges;

  /** Two points whose clusters become one. */
  private record Merge(int left, int right, double height) {}

  private WardTree(int points, List<Merge> merges) {
    this.points = points;
    this.merges = merges;
  }

  /**
   * @param points (points, features), at least one
   * @param weights of the points, all positive
   */
  static WardTree of(double[][] points, double[] weights) {
    List<Merge> merges = new Chain(points, weights).merges();
    // The chain finds merges out of order; sorting is stable, so that equal ones keep theirs.
    merges.sort(Comparator.comparingDouble(Merge::height));
    return new WardTree(points.length, merges);
  }

  /** The cluster of each point, numbered from 0 by their first points. */
  int[] cut(int clusters) {
    int[] parents = new int[points];
    Arrays.setAll(parents, i -> i);
    for (Merge merge : merges.subList(0, points - Math.min(clusters, points))) {
      parents[root(parents, merge.right())] = root(parents, merge.left());
    }
    int[] numbers = new int[points];
    Arrays.fill(numbers, -1);
    int[] labels = new int[points];
    int next = 0;
    for (int i = 0; i < points; i++) {
      int root = root(parents, i);
      if (numbers[root] < 0) {
        numbers[root] = next++;
      }
      labels[i] = numbers[root];
    }
    return labels;
  }

  private static int root(int[] parents, int point) {
    int root = point;
    while (parents[root] != root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  }

  /** Follows nearest neighbours until two are each other's. */
  private static final class Chain {
    private final double[][] distances;
    private final double[] weights;
    private final boolean[] gone;
    private final int[] chain;
    private int length;

    Chain(double[][] points, double[] weights) {
      this.weights = weights.clone();
      gone = new boolean[points.length];
      chain = new int[points.length + 1];
      distances = new double[points.length][];
      for (int i = 0; i < points.length; i++) {
        distances[i] = new double[i];
        for (int j = 0; j < i; j++) {
          double squares = 0;
          for (int k = 0; k < points[i].length; k++) {
            double difference = points[i][k] - points[j][k];
            squares += difference * difference;
          }
          distances[i][j] = squares * weights[i] * weights[j] / (weights[i] + weights[j]);
        }
      }
    }

    List<Merge> merges() {
      List<Merge> merges = new ArrayList<>();
      int first = 0;
      while (merges.size() < gone.length - 1) {
        if (length == 0) {
          while (gone[first]) {
            first++;
          }
          chain[length++] = first;
        }
        int top = chain[length - 1];
        int before = length > 1 ? chain[length - 2] : -1;
        int nearest = nearest(top, before);
        if (nearest == before) {
          length -= 2;
          merges.add(merge(Math.min(top, before), Math.max(top, before)));
        } else {
          chain[length++] = nearest;
        }
      }
      return merges;
    }

    /** The one before wins ties: else the chain could go in circles. */
    private int nearest(int top, int before) {
      int nearest = before;
      double least = before < 0 ? Double.POSITIVE_INFINITY : distance(top, before);
      for (int i = 0; i < gone.length; i++) {
        if (i != top && !gone[i] && (nearest < 0 || distance(top, i) < least)) {
          nearest = i;
          least = distance(top, i);
        }
      }
      return nearest;
    }

    /** Lance and Williams's formula for what the others are from the union. */
    private Merge merge(int left, int right) {
      double height = distance(left, right);
      double both = weights[left] + weights[right];
      for (int i = 0; i < gone.length; i++) {
        if (i != left && i != right && !gone[i]) {
          double sum =
              (weights[left] + weights[i]) * distance(left, i)
                  + (weights[right] + weights[i]) * distance(right, i)
                  - weights[i] * height;
          distances[Math.max(left, i)][Math.min(left, i)] = sum / (both + weights[i]);
        }
      }
      weights[left] = both;
      gone[right] = true;
      return new Merge(left, right, height);
    }

    private double distance(int i, int j) {
      return i > j ? distances[i][j] : distances[j][i];
    }
  }
}
