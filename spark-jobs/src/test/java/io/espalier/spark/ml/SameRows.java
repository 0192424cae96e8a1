package io.espalier.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Compares what a transformer added with the table of a command. */
public final class SameRows {
  /** Columns of times, which no two runs have alike. */
  private static final Set<String> TIMES = Set.of("timing", "rtfx", "decode_ms", "compute_ms");

  private SameRows() {}

  /**
   * Compares every field.
   *
   * @param rows with utt_id
   * @param output the column that was added
   * @param table of the command
   * @param but fields that may differ
   */
  public static void require(List<Row> rows, String output, Dataset<Row> table, String... but) {
    Map<String, Row> expected =
        table.collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getAs("utt_id"), Function.identity()));
    assertThat(rows)
        .extracting(row -> row.<String>getAs("utt_id"))
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (Row row : rows) {
      Row made = row.getAs(output);
      Row wanted = expected.get(row.<String>getAs("utt_id"));
      for (String field : made.schema().fieldNames()) {
        if (!TIMES.contains(field) && !List.of(but).contains(field)) {
          requireSame(field, made.getAs(field), wanted.getAs(field));
        }
      }
    }
  }

  private static void requireSame(String field, Object made, Object wanted) {
    if (made instanceof Double number && wanted instanceof Double other) {
      assertThat(number).as(field).isCloseTo(other, within(1e-5 * (1 + Math.abs(other))));
    } else if (made instanceof Row parts && wanted instanceof Row others) {
      for (String part : parts.schema().fieldNames()) {
        requireSame(field + "." + part, parts.getAs(part), others.getAs(part));
      }
    } else if (made instanceof Float number && wanted instanceof Float other) {
      assertThat(number).as(field).isCloseTo(other, within(1e-4f));
    } else if (made instanceof scala.collection.Seq<?> list
        && wanted instanceof scala.collection.Seq<?> others) {
      assertThat(list.size()).as(field).isEqualTo(others.size());
      for (int i = 0; i < list.size(); i++) {
        requireSame(field + "[" + i + "]", list.apply(i), others.apply(i));
      }
    } else {
      assertThat(made).as(field).isEqualTo(wanted);
    }
  }
}
