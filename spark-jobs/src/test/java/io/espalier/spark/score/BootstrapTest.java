package io.espalier.spark.score;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final int SEED = 3;

  @Test
  void partsOfAResampleAddUpToTheWhole() {
    BootstrapDraws draws = new BootstrapDraws(SEED, 100);
    int[] whole = draws.counts(7, 0, 100);
    int[] parts =
        IntStream.concat(
                Arrays.stream(draws.counts(7, 0, 37)), Arrays.stream(draws.counts(7, 37, 63)))
            .toArray();
    assertThat(parts).isEqualTo(whole);
    assertThat(Arrays.stream(whole).sum()).isEqualTo(100);
  }

  @Test
  void noPositionIsFavoured() {
    BootstrapDraws draws = new BootstrapDraws(SEED, 7);
    long[] drawn = new long[7];
    int resamples = 20_000;
    for (int resample = 0; resample < resamples; resample++) {
      int[] counts = draws.counts(resample, 0, 7);
      Arrays.setAll(drawn, i -> drawn[i] + counts[i]);
    }
    double chiSquare =
        Arrays.stream(drawn)
            .mapToDouble(n -> Math.pow((double) n - resamples, 2) / resamples)
            .sum();
    // The 99.99 % point for six degrees of freedom.
    assertThat(chiSquare).isLessThan(27.86);
  }

  @Test
  void resamplesVaryAsDrawsWithReplacementDo() {
    // The sum of n draws from 0 to n - 1 has variance n (n² - 1) / 12.
    int n = 50;
    BootstrapDraws draws = new BootstrapDraws(SEED, n);
    long[][] values = new long[n][1];
    Arrays.setAll(values, i -> new long[] {i});
    double mean = n * (n - 1) / 2.0;
    double variance =
        IntStream.range(0, 5000)
            .mapToDouble(r -> Math.pow(draws.sums(r, 0, values, 1)[0] - mean, 2))
            .average()
            .orElseThrow();
    assertThat(variance / (n * (n * n - 1) / 12.0)).isBetween(0.9, 1.1);
  }

  @Test
  void everyResampleDrawsAsManyUtterancesAsTheGroupHas() {
    List<Row> rows = new Bootstrap(20, SEED, 8).sums(utterances(), 2).collectAsList();
    assertThat(rows).hasSize(40);
    assertThat(rows)
        .allSatisfy(
            row -> {
              long size = row.getString(0).equals("small") ? 5 : 95;
              assertThat(row.<Long>getList(2).get(0)).isEqualTo(size);
            });
    assertThat(rows.stream().map(row -> row.<Long>getList(2).get(1)).distinct().count())
        .isGreaterThan(20);
  }

  @Test
  void partitionsDoNotChangeTheResamples() {
    Bootstrap bootstrap = new Bootstrap(10, SEED, 8);
    List<Row> one = sorted(bootstrap.sums(utterances().coalesce(1), 2));
    List<Row> many = sorted(bootstrap.sums(utterances().repartition(5), 2));
    assertThat(many).isEqualTo(one);
    assertThat(sorted(new Bootstrap(10, SEED + 1, 8).sums(utterances(), 2))).isNotEqualTo(one);
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.orderBy("group_key", "resample").collectAsList();
  }

  private static Dataset<Row> utterances() {
    return TestSpark.session()
        .range(100)
        .select(
            org.apache
                .spark
                .sql
                .functions
                .when(col("id").lt(5), "small")
                .otherwise("large")
                .as("group_key"),
            col("id").cast("string").as("utt_id"),
            array(lit(1L), col("id")).as("statistics"));
  }
}
