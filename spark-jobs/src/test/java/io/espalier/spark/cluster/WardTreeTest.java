package io.espalier.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WardTreeTest {
  @Test
  void everyCutIsWhatMergingTheCheapestPairAgainAndAgainGives() {
    Random random = new Random(1);
    for (int trial = 0; trial < 30; trial++) {
      int size = 2 + random.nextInt(25);
      double[][] points =
          IntStream.range(0, size)
              .mapToObj(i -> random.doubles(3, -1, 1).toArray())
              .toArray(double[][]::new);
      double[] weights = random.doubles(size, 0.5, 4).toArray();
      WardTree tree = WardTree.of(points, weights);
      for (int clusters = 1; clusters <= size; clusters++) {
        assertThat(tree.cut(clusters)).isEqualTo(slowCut(points, weights, clusters));
      }
    }
  }

  @Test
  void aPointWithWeightThreeIsThreePoints() {
    double[][] once = {{0, 0}, {1, 0}, {0.4, 0}, {5, 5}};
    double[][] thrice = {{0, 0}, {1, 0}, {0.4, 0}, {0.4, 0}, {0.4, 0}, {5, 5}};
    WardTree weighted = WardTree.of(once, new double[] {1, 1, 3, 1});
    WardTree repeated = WardTree.of(thrice, new double[] {1, 1, 1, 1, 1, 1});
    for (int clusters = 1; clusters <= 4; clusters++) {
      int[] labels = repeated.cut(clusters);
      assertThat(weighted.cut(clusters))
          .containsExactly(labels[0], labels[1], labels[2], labels[5]);
    }
  }

  @Test
  void equalPointsAndASinglePointAreTaken() {
    double[][] equal = new double[5][2];
    double[] weights = {1, 1, 1, 1, 1};
    assertThat(WardTree.of(equal, weights).cut(1)).containsOnly(0);
    assertThat(WardTree.of(equal, weights).cut(5)).containsExactly(0, 1, 2, 3, 4);
    assertThat(WardTree.of(new double[1][2], new double[] {1}).cut(3)).containsExactly(0);
  }

  private static int[] slowCut(double[][] points, double[] weights, int clusters) {
    List<List<Integer>> groups = new ArrayList<>();
    IntStream.range(0, points.length).forEach(i -> groups.add(new ArrayList<>(List.of(i))));
    while (groups.size() > clusters) {
      int[] best = {0, 1};
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < groups.size(); i++) {
        for (int j = i + 1; j < groups.size(); j++) {
          List<Integer> both = new ArrayList<>(groups.get(i));
          both.addAll(groups.get(j));
          double more =
              squares(points, weights, both)
                  - squares(points, weights, groups.get(i))
                  - squares(points, weights, groups.get(j));
          if (more < least) {
            least = more;
            best = new int[] {i, j};
          }
        }
      }
      groups.get(best[0]).addAll(groups.remove(best[1]));
    }
    groups.sort(
        (left, right) ->
            left.stream().min(Integer::compare).get() - right.stream().min(Integer::compare).get());
    int[] labels = new int[points.length];
    for (int label = 0; label < groups.size(); label++) {
      for (int point : groups.get(label)) {
        labels[point] = label;
      }
    }
    return labels;
  }

  private static double squares(double[][] points, double[] weights, List<Integer> group) {
    double total = group.stream().mapToDouble(i -> weights[i]).sum();
    double sum = 0;
    for (int k = 0; k < points[0].length; k++) {
      int feature = k;
      double mean = group.stream().mapToDouble(i -> weights[i] * points[i][feature]).sum() / total;
      sum +=
          group.stream()
              .mapToDouble(i -> weights[i] * Math.pow(points[i][feature] - mean, 2))
              .sum();
    }
    return sum;
  }

  @Test
  void cutsAreNestedAndNumberedByTheirFirstPoints() {
    double[][] points = {{9, 0}, {0, 0}, {9, 1}, {0, 2}};
    int[] two = WardTree.of(points, new double[] {1, 1, 1, 1}).cut(2);
    assertThat(two).containsExactly(0, 1, 0, 1);
    assertThat(Arrays.stream(two).distinct().count()).isEqualTo(2);
  }
}
