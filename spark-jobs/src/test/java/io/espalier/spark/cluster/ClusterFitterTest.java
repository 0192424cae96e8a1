package io.espalier.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.udfs.metrics.AdjustedRandIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterFitterTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("utt_id", DataTypes.StringType)
          .add("speaker_id", DataTypes.StringType)
          .add(SpeakerClusters.FEATURES, SQLDataTypes.VectorType())
          .add(SpeakerClusters.WEIGHT, DataTypes.DoubleType);
  private static final int CLUSTERS = 7;

  @Test
  void clustersDoNotDependOnTheOrderOfTheRows() {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 150; i++) {
      rows.add(RowFactory.create("u" + i, null, direction(random), 1.0));
    }
    Vector[] centers = centers(rows);
    Collections.shuffle(rows, random);
    assertThat(centers(rows)).isEqualTo(centers);
  }

  @Test
  void theNumberAndItsStabilityDoNotDependOnTheOrderOfTheRows() {
    SomeVoices voices = SomeVoices.of(5, 32, 1.2, 15, 3);
    List<Row> rows = rows(voices);
    ClusterModel.Fit first = fit(rows, options(ClusterMethod.KMEANS, 0, 1));
    Collections.shuffle(rows, new Random(2));
    ClusterModel.Fit second = fit(rows, options(ClusterMethod.KMEANS, 0, 1));
    assertThat(first.model().centers()).hasSize(5).isEqualTo(second.model().centers());
    assertThat(first.choice().orElseThrow().stability())
        .isEqualTo(second.choice().orElseThrow().stability())
        .isBetween(0.8, 1.0);
  }

  @ParameterizedTest
  @CsvSource({
    "KMEANS, 0, 1",
    "KMEANS, 0, 12",
    "KMEANS, 12, 12",
    "BISECTING_KMEANS, 0, 1",
    "BISECTING_KMEANS, 0, 12",
    "BISECTING_KMEANS, 12, 12"
  })
  void clustersAreTheVoices(ClusterMethod method, int given, int voices) {
    SomeVoices some = SomeVoices.of(voices, 64, 0.8, 16, 4);
    List<Row> rows = rows(some);
    ClusterModel.Fit fit = fit(rows, options(method, given, 1));
    assertThat(fit.model().centers()).hasSize(voices);
    assertThat(fit.choice().isPresent()).isEqualTo(given == 0);
    assertThat(index(fit.model(), rows, some)).isGreaterThan(0.85);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aSavedKMeansGivesTheSameClusters(int voices, @TempDir Path directory) {
    SomeVoices some = SomeVoices.of(voices, 32, 0.6, 16, 8);
    List<Row> rows = rows(some);
    ClusterModel model = fit(rows, options(ClusterMethod.KMEANS, 0, 1)).model();
    String path = directory.resolve("clusters").toString();
    model.save(TestSpark.session(), path, "encoder");
    ClusterModel loaded = ClusterModel.load(TestSpark.session(), path, "encoder").orElseThrow();
    assertThat(loaded.centers()).hasSize(voices).isEqualTo(model.centers());
    assertThat(index(loaded, rows, some)).isEqualTo(index(model, rows, some)).isEqualTo(1);
  }

  @Test
  void kMeansFindsThirtyVoicesWithoutAChanceStart() {
    SomeVoices some = SomeVoices.of(30, 64, 0.8, 16, 5);
    List<Row> rows = rows(some);
    ClusterModel.Fit fit = fit(rows, options(ClusterMethod.KMEANS, 30, 1));
    assertThat(index(fit.model(), rows, some)).isEqualTo(1);
  }

  @Test
  void manyPointsAreClusteredFromASample() {
    SomeVoices some = SomeVoices.of(4, 16, 0.5, 1500, 6);
    List<Row> rows = rows(some);
    assertThat(rows).hasSizeGreaterThan(4000);
    ClusterModel.Fit fit = fit(rows, options(ClusterMethod.KMEANS, 0, 1));
    assertThat(fit.choice().orElseThrow().labels()).hasSizeBetween(1500, 2500);
    assertThat(index(fit.model(), rows, some)).isEqualTo(1);
  }

  @Test
  void moreClustersThanATreeCanHaveAreMadeFromARandomStart() {
    List<Row> rows = rows(SomeVoices.of(4, 16, 0.5, 250, 6));
    ClusterFitter fitter = new ClusterFitter(options(ClusterMethod.KMEANS, 60, 1), 100, 100);
    ClusterModel.Fit fit = fitter.fit(points(rows), rows.size());
    assertThat(fit.model().centers()).hasSizeBetween(55, 60);
  }

  @Test
  void moreClustersThanPointsAreAsManyAsThePoints() {
    List<Row> rows = rows(SomeVoices.of(1, 16, 0.5, 8, 6));
    assertThat(fit(rows, options(ClusterMethod.KMEANS, 50, 1)).model().centers())
        .hasSize(rows.size());
    assertThat(fit(rows, options(ClusterMethod.KMEANS, 0, 50)).model().centers())
        .hasSize(rows.size());
  }

  @Test
  void speakersThatHaveNamesAreNeverAllOneCluster() {
    SomeVoices some = SomeVoices.of(1, 64, 0.8, 30, 7);
    List<Row> named = new ArrayList<>();
    for (Row row : rows(some)) {
      named.add(RowFactory.create(null, row.getString(0), row.get(2), 3.0));
    }
    ClusterModel.Fit fit = fit(named, options(ClusterMethod.KMEANS, 0, 1));
    assertThat(fit.model().centers().length).isGreaterThanOrEqualTo(2);
    assertThat(fit.choice().orElseThrow().sure()).isFalse();
    assertThat(fit(rows(some), options(ClusterMethod.KMEANS, 0, 1)).model().centers()).hasSize(1);
  }

  /** No clusters at all, so that every start ends elsewhere. */
  private static Vector direction(Random random) {
    double[] values = random.doubles(4, -1, 1).toArray();
    Vector vector = Vectors.dense(values);
    double length = Vectors.norm(vector, 2);
    for (int i = 0; i < values.length; i++) {
      values[i] /= length;
    }
    return Vectors.dense(values);
  }

  private static Vector[] centers(List<Row> rows) {
    return fit(rows, options(ClusterMethod.KMEANS, CLUSTERS, 2)).model().centers();
  }

  private static ClusterOptions options(ClusterMethod method, int clusters, int least) {
    return new ClusterOptions(method, clusters, least, 64, Optional.empty(), 1);
  }

  private static ClusterModel.Fit fit(List<Row> rows, ClusterOptions options) {
    return new ClusterFitter(options).fit(points(rows), rows.size());
  }

  private static Dataset<Row> points(List<Row> rows) {
    return TestSpark.session().createDataFrame(List.copyOf(rows), SCHEMA);
  }

  private static List<Row> rows(SomeVoices voices) {
    List<Row> rows = new ArrayList<>();
    for (double[] vector : voices.vectors()) {
      rows.add(
          RowFactory.create(
              String.format(Locale.ROOT, "u%05d", rows.size()), null, Vectors.dense(vector), 1.0));
    }
    return rows;
  }

  private static double index(ClusterModel model, List<Row> rows, SomeVoices voices) {
    int[] clusters =
        model.assign(points(rows)).orderBy("utt_id").select("cluster").collectAsList().stream()
            .mapToInt(row -> row.getInt(0))
            .toArray();
    return AdjustedRandIndex.of(clusters, voices.labels());
  }
}
