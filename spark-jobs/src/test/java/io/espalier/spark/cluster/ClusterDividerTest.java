package io.espalier.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.udfs.metrics.AdjustedRandIndex;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterDividerTest {
  private static final int MOST = 64;

  /** Sizes of the clusters differ by up to three times. */
  @ParameterizedTest
  @CsvSource({
    "1, 64, 0.5, 60", "1, 192, 1.5, 100", "1, 8, 1.0, 24", "2, 64, 1.0, 20", "3, 16, 0.6, 20",
    "4, 192, 1.5, 25", "6, 64, 1.0, 40", "9, 192, 1.5, 20", "15, 64, 0.8, 12", "24, 64, 1.0, 20",
    "30, 192, 1.2, 16"
  })
  void theNumberIsFound(int clusters, int features, double spread, int points) {
    for (long seed = 1; seed <= 3; seed++) {
      SomeVoices voices = SomeVoices.of(clusters, features, spread, points, seed);
      ClusterChoice choice = new ClusterDivider(voices.directions(), 1, MOST, 1).choose();
      assertThat(choice.clusters()).as("seed %d", seed).isEqualTo(clusters);
      assertThat(choice.labels()).hasSize(voices.labels().length);
      assertThat(AdjustedRandIndex.of(labels(choice), voices.labels())).isGreaterThan(0.95);
      assertThat(choice.warning().isPresent()).isEqualTo(clusters == 1);
    }
  }

  /** Silhouettes see the two groups; halves agree on them too. */
  @Test
  void voicesAreToldApartWithinGroupsThatHoldBetter() {
    for (long seed = 1; seed <= 3; seed++) {
      SomeVoices voices = SomeVoices.inGroups(2, 3, 64, 0.6, 0.7, 30, seed);
      ClusterChoice choice = new ClusterDivider(voices.directions(), 1, MOST, 1).choose();
      assertThat(choice.clusters()).isEqualTo(6);
      assertThat(AdjustedRandIndex.of(labels(choice), voices.labels())).isGreaterThan(0.95);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void noMoreThanAllowedAreMade(int most) {
    SomeVoices voices = SomeVoices.of(6, 64, 0.8, 20, 1);
    ClusterChoice choice = new ClusterDivider(voices.directions(), 1, most, 1).choose();
    assertThat(choice.clusters()).isLessThanOrEqualTo(most);
    assertThat(choice.labels()).allMatch(label -> label < choice.clusters());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 9, 40})
  void noLessThanAllowedAreMadeAndThatIsCalledUncertain(int least) {
    SomeVoices voices = SomeVoices.of(1, 64, 0.8, 100, 1);
    ClusterChoice choice = new ClusterDivider(voices.directions(), least, MOST, 1).choose();
    assertThat(choice.clusters()).isGreaterThanOrEqualTo(least);
    assertThat(choice.labels().stream().distinct()).hasSize(choice.clusters());
    assertThat(choice.sure()).isFalse();
    assertThat(choice.warning().orElseThrow()).contains("--clusters");
  }

  @Test
  void tooFewPointsAreOneClusterAndThatIsSaid() {
    SomeVoices voices = SomeVoices.of(1, 16, 0.3, 4, 1);
    ClusterChoice choice = new ClusterDivider(voices.directions(), 1, MOST, 1).choose();
    assertThat(choice.clusters()).isEqualTo(1);
    assertThat(choice.text()).isEqualTo("too few points to choose");
    assertThat(choice.warning().orElseThrow())
        .contains("at least 8 for two clusters and 4 more", "--clusters");
  }

  @Test
  void equalPointsAreOneCluster() {
    double[][] vectors = new double[40][3];
    double[] weights = new double[40];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i][1] = 1;
      weights[i] = 1;
    }
    Directions points = new Directions(vectors, weights);
    assertThat(new ClusterDivider(points, 1, MOST, 1).choose().clusters()).isEqualTo(1);
  }

  @Test
  void theSeedDecidesAllThatIsRandom() {
    SomeVoices voices = SomeVoices.of(5, 64, 1.6, 15, 1);
    ClusterChoice first = new ClusterDivider(voices.directions(), 1, MOST, 7).choose();
    assertThat(new ClusterDivider(voices.directions(), 1, MOST, 7).choose()).isEqualTo(first);
  }

  @Test
  void theWeakestDecisionSaysHowSureTheNumberIs() {
    ClusterChoice choice =
        new ClusterChoice(
            List.of(0, 1, 2),
            3,
            List.of(
                new ClusterChoice.Division(120, 2, 0.97, 0.62, 2),
                new ClusterChoice.Division(60, 2, 0.91, 0.74, 1),
                new ClusterChoice.Division(60, 3, 0.69, 0.74, 0)));
    assertThat(choice.stability()).isEqualTo(0.91);
    assertThat(choice.text()).isEqualTo("chosen, stability 0.91, next likely 5");
    assertThat(choice.warning().orElseThrow())
        .isEqualTo(
            "The number of speaker clusters is uncertain: it may be 5. If you know it, give"
                + " --clusters");
  }

  private static int[] labels(ClusterChoice choice) {
    return choice.labels().stream().mapToInt(Integer::intValue).toArray();
  }
}
