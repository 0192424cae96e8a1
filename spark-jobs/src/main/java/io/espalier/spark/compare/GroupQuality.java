package io.espalier.spark.compare;

import io.espalier.spark.score.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Quality by group: one row for each value of each column that the recipe names. */
final class GroupQuality {
  private static final List<String> COUNTS =
      List.of("utterances", "wer_utterances", "bleu_utterances");
  private static final List<String> FIGURES =
      List.of(
          "wer",
          "wer_low",
          "wer_high",
          "bleu",
          "bleu_low",
          "bleu_high",
          "gflops_total",
          "saved_fraction");

  private GroupQuality() {}

  /** The columns of a row. */
  static StructType schema() {
    StructType schema =
        new StructType().add("column", DataTypes.StringType).add("value", DataTypes.StringType);
    for (String name : COUNTS) {
      schema = schema.add(name, DataTypes.LongType);
    }
    for (String name : FIGURES) {
      schema = schema.add(name, DataTypes.DoubleType);
    }
    return schema;
  }

  /** A group that {@code espalier score} computed. */
  static Map<String, Object> of(String column, Row group) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("column", column);
    Object value = group.getAs(column);
    values.put("value", value == null ? null : value.toString());
    COUNTS.forEach(name -> values.put(name, group.getAs(name)));
    FIGURES.forEach(name -> values.put(name, group.getAs(name)));
    return values;
  }

  /** For people: a line for each variant, a column for each group. */
  static String text(String column, Map<String, List<Map<String, Object>>> byVariant) {
    List<String> values =
        byVariant.values().stream()
            .flatMap(List::stream)
            .filter(row -> column.equals(row.get("column")))
            .map(row -> String.valueOf(row.get("value")))
            .distinct()
            .sorted()
            .toList();
    TextTable table = new TextTable();
    table.words("variant");
    for (String value : values) {
      table.figures(value + ": WER % [95 %]");
      table.figures("BLEU [95 %]");
    }
    byVariant.forEach(
        (variant, rows) -> {
          List<String> cells = new ArrayList<>(List.of(variant));
          for (String value : values) {
            Map<String, Object> own =
                rows.stream()
                    .filter(row -> column.equals(row.get("column")))
                    .filter(row -> value.equals(String.valueOf(row.get("value"))))
                    .findFirst()
                    .orElse(Map.of());
            cells.add(Figures.interval(own, "wer", 100));
            cells.add(Figures.interval(own, "bleu", 1));
          }
          table.row(cells);
        });
    return table.toString();
  }
}
