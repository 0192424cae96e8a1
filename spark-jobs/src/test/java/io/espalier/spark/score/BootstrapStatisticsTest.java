package io.espalier.spark.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.spark.score.BootstrapStatistics.Interval;
import io.espalier.udfs.metrics.BleuOptions;
import io.espalier.udfs.metrics.ChrfOptions;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BootstrapStatisticsTest {
  private static final PairedGolden GOLDEN = PairedGolden.read();

  @ParameterizedTest
  @EnumSource
  void sacreBleusResamplesGiveSacreBleusIntervalAndProbability(CorpusMetric metric) {
    PairedGolden.Expected expected = GOLDEN.few().get(metric.column());
    long[][] a = GOLDEN.statistics(GOLDEN.a(), metric.kind());
    long[][] b = GOLDEN.statistics(GOLDEN.b(), metric.kind());
    double[] scoresA = scores(metric, a, GOLDEN.counts());
    double[] scoresB = scores(metric, b, GOLDEN.counts());
    double seen = expected.b() - expected.a();
    assertThat(whole(metric, a)).isEqualTo(expected.a(), within(1e-9));
    assertThat(whole(metric, b)).isEqualTo(expected.b(), within(1e-9));
    assertThat(BootstrapStatistics.pValue(minus(scoresB, scoresA), seen))
        .isEqualTo(expected.p(), within(1e-12));
    // sacreBLEU resamples in single precision.
    assertThat(halfWidth(scoresA)).isEqualTo(expected.half_width_a(), within(2e-5));
    assertThat(halfWidth(scoresB)).isEqualTo(expected.half_width_b(), within(2e-5));
    assertThat(Arrays.stream(scoresB).average().orElseThrow())
        .isEqualTo(expected.mean_b(), within(2e-5));
  }

  @ParameterizedTest
  @EnumSource
  void ourResamplesAgreeWithSacreBleusWithinTheErrorOfSampling(CorpusMetric metric) {
    PairedGolden.Expected expected = GOLDEN.thousand().get(metric.column());
    int size = GOLDEN.references().size();
    BootstrapDraws draws = new BootstrapDraws(12345, size);
    int[][] counts =
        IntStream.range(0, 1000)
            .mapToObj(resample -> draws.counts(resample, 0, size))
            .toArray(int[][]::new);
    double[] scoresA = scores(metric, GOLDEN.statistics(GOLDEN.a(), metric.kind()), counts);
    double[] scoresB = scores(metric, GOLDEN.statistics(GOLDEN.b(), metric.kind()), counts);
    double p = BootstrapStatistics.pValue(minus(scoresB, scoresA), expected.b() - expected.a());
    // Four standard errors of a share of 1000, in either estimate.
    double error = 4 * Math.sqrt(2 * expected.p() * (1 - expected.p()) / 1000);
    assertThat(p).isEqualTo(expected.p(), within(error));
    assertThat(halfWidth(scoresA) / expected.half_width_a()).isBetween(0.85, 1.15);
    assertThat(halfWidth(scoresB) / expected.half_width_b()).isBetween(0.85, 1.15);
  }

  @Test
  void theTailsHoldAFortiethEach() {
    double[] scores = IntStream.range(0, 1000).mapToDouble(i -> 999 - i).toArray();
    assertThat(BootstrapStatistics.interval(scores)).isEqualTo(new Interval(25, 974));
  }

  @Test
  void fewResamplesGiveTheirExtremes() {
    assertThat(BootstrapStatistics.interval(new double[] {3, 1, 2})).isEqualTo(new Interval(1, 3));
  }

  @Test
  void equalSystemsAreNotToldApart() {
    assertThat(BootstrapStatistics.pValue(new double[99], 0)).isEqualTo(1);
    assertThat(BootstrapStatistics.pValue(new double[] {1, -1, 0.5, 0}, 0)).isEqualTo(0.6);
  }

  private static double whole(CorpusMetric metric, long[][] statistics) {
    int[] once = new int[statistics.length];
    Arrays.fill(once, 1);
    return scores(metric, statistics, new int[][] {once})[0];
  }

  private static double[] scores(CorpusMetric metric, long[][] statistics, int[][] counts) {
    return Arrays.stream(counts)
        .map(times -> BootstrapDraws.sums(times, statistics, metric.kind().width()))
        .mapToDouble(sums -> metric.score(sums, BleuOptions.CORPUS, ChrfOptions.CHRF))
        .toArray();
  }

  private static double[] minus(double[] left, double[] right) {
    return IntStream.range(0, left.length).mapToDouble(i -> left[i] - right[i]).toArray();
  }

  private static double halfWidth(double[] scores) {
    Interval interval = BootstrapStatistics.interval(scores);
    return (interval.high() - interval.low()) / 2;
  }
}
