package io.espalier.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class AxisRangeTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("value", DataTypes.DoubleType)
          .add("low", DataTypes.DoubleType)
          .add("high", DataTypes.DoubleType);

  @Test
  void ruinedVariantsDoNotSqueezeTheOthers() {
    AxisRange errors = range(OptionalDouble.of(0), OptionalDouble.empty(), 8, 9, 9.5, 11, 39, 141);
    assertThat(errors.least()).hasValue(0);
    assertThat(errors.most().getAsDouble()).isBetween(12.0, 25.0);
    AxisRange bleu =
        range(OptionalDouble.empty(), OptionalDouble.of(100), 98.9, 98.4, 97.2, 96.8, 37, 0.3);
    assertThat(bleu.least().getAsDouble()).isBetween(80.0, 96.0);
    assertThat(bleu.most()).hasValue(100);
  }

  @Test
  void nothingIsCutWhereAllAreAlike() {
    AxisRange errors = range(OptionalDouble.of(0), OptionalDouble.empty(), 8, 9, 10);
    assertThat(errors.most().getAsDouble()).isCloseTo(11, within(0.7));
    AxisRange bleu = range(OptionalDouble.empty(), OptionalDouble.of(100), 70, 72, 74);
    assertThat(bleu.least().getAsDouble()).isBetween(68.0, 69.0);
    assertThat(bleu.most().getAsDouble()).isBetween(75.0, 76.0);
    AxisRange one = range(OptionalDouble.empty(), OptionalDouble.of(100), 70);
    assertThat(one.least().getAsDouble()).isLessThan(69);
    assertThat(range(OptionalDouble.empty(), OptionalDouble.of(100)).most()).hasValue(100);
  }

  @Test
  void barsAreOnlyKeptBelowWhatCanBe() {
    assertThat(bars(99).most()).hasValue(100);
    assertThat(bars(50).most()).isEmpty();
    assertThat(bars(50).least()).isEmpty();
  }

  private static AxisRange bars(double value) {
    Chart chart = chart(Chart.Kind.BAR, OptionalDouble.empty(), OptionalDouble.of(100));
    return AxisRange.of(chart, rows(value));
  }

  private static AxisRange range(OptionalDouble least, OptionalDouble most, double... values) {
    return AxisRange.of(chart(Chart.Kind.LINE, least, most), rows(values));
  }

  private static Chart chart(Chart.Kind kind, OptionalDouble least, OptionalDouble most) {
    return new Chart(
        "title",
        "about",
        kind,
        "SELECT 1",
        Optional.of("x"),
        Optional.of("series"),
        Optional.of("value"),
        Optional.of("low"),
        Optional.of("high"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        least,
        most);
  }

  private static List<Row> rows(double... values) {
    List<Row> rows = new ArrayList<>();
    for (double value : values) {
      rows.add(new GenericRowWithSchema(new Object[] {value, value - 1, value + 1}, SCHEMA));
    }
    return rows;
  }
}
