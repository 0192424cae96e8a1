package io.espalier.spark.report;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A query and the chart of its result. {@code x}, {@code series}, {@code value}, {@code low},
 * {@code high} and {@code facet} name columns of the result.
 *
 * @param about one sentence for readers
 * @param sql with Zeppelin's forms for catalog, run and the name of the transcripts table
 * @param x values of the horizontal axis; columns of a heat map
 * @param series one colour per value; rows of a heat map
 * @param low lower end of a whisker
 * @param facet one heat map per value
 * @param unit of the values
 * @param xUnit of a numeric horizontal axis
 * @param least where the axis of values begins, whatever the values are
 * @param most the highest value that there can be: the axis never goes beyond
 */
record Chart(
    String title,
    String about,
    Kind kind,
    String sql,
    Optional<String> x,
    Optional<String> series,
    Optional<String> value,
    Optional<String> low,
    Optional<String> high,
    Optional<String> facet,
    Optional<String> unit,
    Optional<String> xUnit,
    OptionalDouble least,
    OptionalDouble most) {

  /** The form in which a result is shown. */
  enum Kind {
    /** As it is. */
    TABLE,
    /** Bars side by side. */
    BAR,
    /** Bars on top of each other. */
    STACKED,
    /** Points, over a numeric axis. */
    SCATTER,
    /** The same, those of a series joined in the order in which they come. */
    LINE,
    /** A grid of percentages. */
    HEATMAP;

    /** Whether the browser draws it. */
    boolean isDrawn() {
      return this != TABLE && this != HEATMAP;
    }

    /** Whether {@code x} is a number. */
    boolean hasNumericAxis() {
      return this == SCATTER || this == LINE;
    }
  }
}
