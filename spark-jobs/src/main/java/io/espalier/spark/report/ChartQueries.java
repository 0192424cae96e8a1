package io.espalier.spark.report;

import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.TableKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs the catalogue's queries over chosen runs. While it is open, the tables are views of the
 * session, so no name from a user becomes part of SQL text.
 */
final class ChartQueries implements AutoCloseable {
  private static final String PREFIX = "espalier_report_";
  private static final Map<String, TableKind> KINDS =
      Map.of(
          "transcripts",
          TableKind.TRANSCRIPTS,
          "scores",
          TableKind.SCORES,
          "score_groups",
          TableKind.SCORE_GROUPS,
          "comparison",
          TableKind.COMPARISON);

  private final SparkSession spark;
  private final List<String> runs;

  private ChartQueries(SparkSession spark, List<String> runs) {
    this.spark = spark;
    this.runs = runs;
  }

  /**
   * The names of the tables.
   *
   * @param comparison what {@code espalier compare} wrote, if it is to be shown
   */
  record Sources(String transcripts, String scores, String groups, Optional<String> comparison) {
    private Map<String, String> byName() {
      Map<String, String> names =
          new TreeMap<>(
              Map.of("transcripts", transcripts, "scores", scores, "score_groups", groups));
      comparison.ifPresent(table -> names.put("comparison", table));
      return names;
    }
  }

  /**
   * Prepares queries.
   *
   * @param asked runs to show; empty means all that are scored
   * @throws UsageException if a run is not scored
   */
  static ChartQueries open(SparkSession spark, Sources sources, List<String> asked) {
    Dataset<Row> groups = TableKind.SCORE_GROUPS.read(spark, sources.groups());
    List<String> scored =
        groups
            .filter("grouping = 'language,task'")
            .select("run_id")
            .distinct()
            .orderBy("run_id")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    List<String> missing = asked.stream().filter(run -> !scored.contains(run)).toList();
    if (!missing.isEmpty() || scored.isEmpty()) {
      throw new UsageException(
          ("Cannot report on runs: %s not scored by task and language in %s,"
                      + " which has %s. Run")
                  .formatted(
                      missing.isEmpty() ? "none is" : missing + " are", sources.groups(), scored)
              + " espalier score first");
    }
    ChartQueries queries = new ChartQueries(spark, asked.isEmpty() ? scored : List.copyOf(asked));
    sources
        .byName()
        .forEach(
            (name, table) ->
                KINDS
                    .get(name)
                    .read(spark, table)
                    .filter(col("run_id").isin(queries.runs.toArray()))
                    .createOrReplaceTempView(PREFIX + name));
    return queries;
  }

  /** The runs that are shown. */
  List<String> runs() {
    return runs;
  }

  /** The result of a chart's query. */
  Dataset<Row> run(Chart chart) {
    return spark.sql(
        chart
            .sql()
            .replace("${catalog=espalier.default}.", PREFIX)
            .replace("${transcripts=transcripts}", "transcripts")
            .replace("${comparison=compare_compare}", "comparison")
            .replace("${run=%}", "%"));
  }

  @Override
  public void close() {
    for (String name : List.of("transcripts", "scores", "score_groups", "comparison")) {
      spark.catalog().dropTempView(PREFIX + name);
    }
  }
}
