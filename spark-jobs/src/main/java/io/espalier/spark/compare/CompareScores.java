package io.espalier.spark.compare;

import static java.util.Comparator.comparing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** The results of {@code espalier score}, to be looked up by run. */
final class CompareScores {
  private final Map<String, Row> totals;
  private final Map<String, Double> chances = new HashMap<>();
  private final Map<String, List<Row>> byColumn;

  /**
   * @param totals of each run
   * @param comparisons of the first run with each other one, and of baselines with what they are
   *     like
   * @param byColumn groups of each run, by the column that they are grouped by
   */
  CompareScores(List<Row> totals, List<Row> comparisons, Map<String, List<Row>> byColumn) {
    this.totals =
        totals.stream().collect(Collectors.toMap(row -> row.getAs("run_id"), Function.identity()));
    for (Row row : comparisons) {
      String pair = row.<String>getAs("run_a") + "/" + row.<String>getAs("run_b");
      chances.put(pair + "/" + row.<String>getAs("metric"), row.getAs("p_value"));
    }
    this.byColumn = byColumn;
  }

  Row total(String run) {
    return totals.get(run);
  }

  /**
   * The probability that a difference as large as that of two runs is chance; null if the two were
   * not compared.
   */
  Double chance(String first, String second, String metric) {
    return chances.get(first + "/" + second + "/" + metric);
  }

  /** Quality of a run by group. */
  List<Map<String, Object>> groups(String run) {
    return byColumn.entrySet().stream()
        .flatMap(
            column ->
                column.getValue().stream()
                    .filter(row -> row.getAs("run_id").equals(run))
                    .sorted(comparing(row -> String.valueOf(row.<Object>getAs(column.getKey()))))
                    .map(row -> GroupQuality.of(column.getKey(), row)))
        .toList();
  }
}
