package io.espalier.spark.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Unit vectors with their weights, in a fixed order. */
final class Directions {
  private final double[][] vectors;
  private final double[] weights;

  /**
   * @param vectors (points, features)
   * @param weights all positive
   */
  Directions(double[][] vectors, double[] weights) {
    this.vectors = vectors;
    this.weights = weights;
  }

  /** Ward's tree of the points. */
  WardTree tree() {
    return WardTree.of(vectors, weights);
  }

  int size() {
    return vectors.length;
  }

  /** Some of the points. */
  Directions of(List<Integer> points) {
    return new Directions(
        points.stream().map(i -> vectors[i]).toArray(double[][]::new),
        points.stream().mapToDouble(i -> weights[i]).toArray());
  }

  /**
   * Directions as they are seen from the middle. What all vectors of a set share, such as its
   * channel, tells no speakers apart.
   */
  Directions centered() {
    double[] mean = new double[vectors[0].length];
    for (int i = 0; i < size(); i++) {
      add(mean, vectors[i], weights[i]);
    }
    double total = Arrays.stream(weights).sum();
    double[][] centered = new double[size()][];
    for (int i = 0; i < size(); i++) {
      centered[i] = vectors[i].clone();
      add(centered[i], mean, -1 / total);
      normalize(centered[i]);
    }
    return new Directions(centered, weights);
  }

  /** The mean direction of each label from 0 to {@code labels} - 1; zero where it has no point. */
  double[][] centers(int[] labelled, int labels) {
    double[][] centers = new double[labels][vectors[0].length];
    for (int i = 0; i < size(); i++) {
      add(centers[labelled[i]], vectors[i], weights[i]);
    }
    for (double[] center : centers) {
      normalize(center);
    }
    return centers;
  }

  /** The number of the nearest centre of each point. */
  int[] nearest(double[][] centers) {
    return IntStream.range(0, size()).map(i -> nearest(vectors[i], centers)).toArray();
  }

  private static int nearest(double[] vector, double[][] centers) {
    int nearest = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < centers.length; c++) {
      double cosine = 0;
      for (int k = 0; k < vector.length; k++) {
        cosine += vector[k] * centers[c][k];
      }
      if (cosine > most) {
        nearest = c;
        most = cosine;
      }
    }
    return nearest;
  }

  private static void add(double[] sum, double[] vector, double weight) {
    for (int k = 0; k < sum.length; k++) {
      sum[k] += weight * vector[k];
    }
  }

  private static void normalize(double[] vector) {
    double length = Math.sqrt(Arrays.stream(vector).map(value -> value * value).sum());
    if (length > 0) {
      for (int k = 0; k < vector.length; k++) {
        vector[k] /= length;
      }
    }
  }
}
