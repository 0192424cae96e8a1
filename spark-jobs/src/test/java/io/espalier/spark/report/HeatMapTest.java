package io.espalier.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.Locales;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class HeatMapTest {
  private static final StructType SCHEMA =
      StructType.fromDDL("part STRING, layer INT, module STRING, open_percent DOUBLE");
  private static final Chart CHART =
      new Chart(
          "Gates",
          "Share of open modules.",
          Chart.Kind.HEATMAP,
          "",
          Optional.of("layer"),
          Optional.of("module"),
          Optional.of("open_percent"),
          Optional.empty(),
          Optional.empty(),
          Optional.of("part"),
          Optional.of("%"),
          Optional.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  @Test
  void shadesAndFiguresAreTheSameInEveryLocale() throws Exception {
    List<Row> rows = List.of(row("encoder", 1, "att", 34.56), row("encoder", 2, "att", 100.0));
    assertThat(HeatMap.html(CHART, "encoder", rows))
        .contains("<td class=\"h3\">35</td><td class=\"h10\">100</td>");
    Locales.assertSameInAll(() -> HeatMap.html(CHART, "encoder", rows));
    Locales.assertSameInAll(() -> ReportPage.anchor("GATES INSIDE"));
  }

  private static Row row(Object... values) {
    return new GenericRowWithSchema(values, SCHEMA);
  }
}
