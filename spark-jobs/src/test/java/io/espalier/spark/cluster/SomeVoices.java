package io.espalier.spark.cluster;

import java.util.Arrays;
import java.util.Random;

/**
 * Random directions around random centres, as a speaker encoder's are: neither equally many nor of
 * the same length.
 */
final class SomeVoices {
  private final double[][] vectors;
  private final int[] labels;

  private SomeVoices(double[][] vectors, int[] labels) {
    this.vectors = vectors;
    this.labels = labels;
  }

  /**
   * @param spread length of what is added to a centre of length one
   * @param points of a cluster, on average
   */
  static SomeVoices of(int clusters, int features, double spread, int points, long seed) {
    return inGroups(clusters, 1, features, 0, spread, points, seed);
  }

  /**
   * @param apart how far the centres of a group are from the group's
   */
  static SomeVoices inGroups(
      int groups, int clusters, int features, double apart, double spread, int points, long seed) {
    Random random = new Random(seed);
    double[][][] all = new double[groups * clusters][][];
    for (int group = 0; group < groups; group++) {
      double[] middle = unit(noise(new double[features], 1, random));
      for (int cluster = 0; cluster < clusters; cluster++) {
        double[] center = noise(middle, apart, random);
        double[][] members = new double[points / 2 + random.nextInt(points + 1)][];
        Arrays.setAll(members, i -> unit(noise(center, spread, random)));
        all[group * clusters + cluster] = members;
      }
    }
    return flat(all);
  }

  private static SomeVoices flat(double[][][] all) {
    double[][] vectors = Arrays.stream(all).flatMap(Arrays::stream).toArray(double[][]::new);
    int[] labels = new int[vectors.length];
    int next = 0;
    for (int cluster = 0; cluster < all.length; cluster++) {
      Arrays.fill(labels, next, next + all[cluster].length, cluster);
      next += all[cluster].length;
    }
    return new SomeVoices(vectors, labels);
  }

  double[][] vectors() {
    return vectors;
  }

  int[] labels() {
    return labels;
  }

  Directions directions() {
    double[] weights = new double[vectors.length];
    Arrays.fill(weights, 1);
    return new Directions(vectors, weights);
  }

  private static double[] noise(double[] center, double length, Random random) {
    double[] values = center.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += random.nextGaussian() * length / Math.sqrt(values.length);
    }
    return values;
  }

  private static double[] unit(double[] vector) {
    double length = Math.sqrt(Arrays.stream(vector).map(value -> value * value).sum());
    return Arrays.stream(vector).map(value -> value / length).toArray();
  }
}
