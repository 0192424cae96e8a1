package io.espalier.spark.report;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * The part of the axis of values that a chart shows: one in which those differ visibly that are
 * near the best. What lies further away than {@value #SPREAD} times the median distance from the
 * best, twice the median interval and {@value #NEAR}, whichever is most, does not widen the axis;
 * the page draws it at the edge.
 *
 * @param least where the axis begins; empty to leave that to the page
 * @param most where it ends; empty to leave that to the page
 */
record AxisRange(OptionalDouble least, OptionalDouble most) {
  private static final double SPREAD = 4;
  private static final double NEAR = 1;
  private static final double ROOM = 0.05;

  /**
   * The range for a chart of these rows. Bars begin at zero and are never cut; of them only the
   * chart's own bounds count.
   */
  static AxisRange of(Chart chart, List<Row> rows) {
    if (!chart.kind().hasNumericAxis() || chart.value().isEmpty()) {
      return new AxisRange(chart.least(), bound(chart, rows));
    }
    double[] values = column(rows, chart.value()).toArray();
    if (values.length == 0 || (chart.least().isEmpty() && chart.most().isEmpty())) {
      return new AxisRange(chart.least(), chart.most());
    }
    // A chart with a highest value shows what is better the higher it is.
    boolean up = chart.most().isPresent();
    DoubleStream all = Arrays.stream(values);
    double best = (up ? all.max() : all.min()).getAsDouble();
    double reach =
        Math.max(
            NEAR,
            Math.max(SPREAD * median(distances(values, best)), 2 * median(intervals(chart, rows))));
    double from = best;
    double to = best;
    for (Row row : rows) {
      Double value = number(row, chart.value());
      if (value != null && Math.abs(value - best) <= reach) {
        from = Math.min(from, low(row, chart, value));
        to = Math.max(to, high(row, chart, value));
      }
    }
    double room = ROOM * (to - from) + Math.max(0, NEAR - to + from) / 2;
    return new AxisRange(
        OptionalDouble.of(chart.least().orElse(Math.max(0, from - room))),
        OptionalDouble.of(Math.min(chart.most().orElse(Double.MAX_VALUE), to + room)));
  }

  /** The highest possible value, if bars or their whiskers come near it. */
  private static OptionalDouble bound(Chart chart, List<Row> rows) {
    double top =
        Stream.of(chart.value(), chart.high())
            .flatMapToDouble(name -> column(rows, name))
            .max()
            .orElse(0);
    return chart.most().isPresent() && top > chart.most().getAsDouble() * (1 - 2 * ROOM)
        ? chart.most()
        : OptionalDouble.empty();
  }

  private static double[] distances(double[] values, double best) {
    return Arrays.stream(values).map(value -> Math.abs(value - best)).sorted().toArray();
  }

  private static double[] intervals(Chart chart, List<Row> rows) {
    return rows.stream()
        .filter(row -> number(row, chart.value()) != null)
        .mapToDouble(row -> high(row, chart, 0) - low(row, chart, 0))
        .sorted()
        .toArray();
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double low(Row row, Chart chart, double value) {
    return Objects.requireNonNullElse(number(row, chart.low()), value);
  }

  private static double high(Row row, Chart chart, double value) {
    return Objects.requireNonNullElse(number(row, chart.high()), value);
  }

  private static DoubleStream column(List<Row> rows, Optional<String> name) {
    return rows.stream()
        .map(row -> number(row, name))
        .filter(Objects::nonNull)
        .mapToDouble(value -> value);
  }

  private static Double number(Row row, Optional<String> name) {
    if (name.isEmpty()) {
      return null;
    }
    Number value = row.getAs(name.get());
    return value == null || !Double.isFinite(value.doubleValue()) ? null : value.doubleValue();
  }
}
