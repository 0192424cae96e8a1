package io.espalier.spark.score;

import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.PartitionedTable;
import io.espalier.spark.table.TableChecks;
import io.espalier.spark.table.TableRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Scores transcripts into three tables: figures per utterance, figures per group, and comparisons
 * of two runs. Existing rows of a run are replaced.
 */
public final class Score {
  private final SparkSession spark;
  private final ScoreOptions options;

  /** A job that has not begun. */
  public Score(SparkSession spark, ScoreOptions options) {
    this.spark = spark;
    this.options = options;
  }

  /**
   * The result of scoring.
   *
   * @param text tables for people
   * @param json an array of objects for programs
   */
  public record Result(String text, String json) {}

  /**
   * Two runs to compare.
   *
   * @param runA the baseline
   */
  public record Pair(String runA, String runB) {}

  /**
   * Scores the runs and writes the tables of scores and of groups.
   *
   * @throws UsageException if it cannot be done as asked; nothing is written then
   */
  public Result run() {
    return run(List.of());
  }

  /**
   * Scores the runs, compares pairs of them, and writes all three tables.
   *
   * @throws UsageException if it cannot be done as asked; nothing is written then
   */
  public Result run(Collection<Pair> pairs) {
    Figures figures = write(pairs);
    ScoreFormat format = new ScoreFormat(figures.grouping());
    List<Row> groups = figures.groups();
    return new Result(format.groups(groups) + notes(groups), format.json(groups));
  }

  /**
   * Scores the runs in groups by one column at a time. Writes nothing.
   *
   * @param columns of the transcripts
   * @return rows of groups by column, in the form of the table of groups
   * @throws UsageException if a column is none to group by
   */
  public Map<String, List<Row>> groups(List<String> columns) {
    UtteranceScores utterances = new UtteranceScores(spark, options);
    Dataset<Row> compared = utterances.compared().persist();
    try {
      Dataset<Row> scored = utterances.scored(compared);
      Map<String, List<Row>> groups = new LinkedHashMap<>();
      for (String column : columns) {
        Grouping grouping =
            Grouping.of(List.of(column), scored.schema(), GroupScores.columnNames());
        groups.put(
            column,
            new GroupScores(grouping, options)
                .table(scored)
                .where(col("grouping").equalTo(Grouping.name(List.of(column))))
                .collectAsList());
      }
      return groups;
    } finally {
      compared.unpersist();
    }
  }

  /**
   * Scores two runs and compares them.
   *
   * @param runA the baseline
   * @throws UsageException if it cannot be done as asked; nothing is written then
   */
  public static Result compare(SparkSession spark, ScoreOptions options, String runA, String runB) {
    if (runA.equals(runB)) {
      throw new UsageException("Cannot compare run %s with itself. Give two runs".formatted(runA));
    }
    return new Score(spark, options.withRuns(List.of(runA, runB))).compareRuns(runA, runB);
  }

  private Result compareRuns(String runA, String runB) {
    Figures figures = write(List.of(new Pair(runA, runB)));
    ScoreFormat format = new ScoreFormat(figures.grouping());
    List<Row> rows = figures.comparisons();
    String text =
        String.format(
            Locale.ROOT,
            "%s%s%n%nA = %s, B = %s; utterances only in A: %d, only in B: %d%n%s",
            format.groups(figures.groups()),
            notes(figures.groups()),
            runA,
            runB,
            rows.get(0).<Long>getAs("only_a"),
            rows.get(0).<Long>getAs("only_b"),
            format.comparisons(rows));
    return new Result(text, format.json(rows));
  }

  /** The groups that were written, with totals after their parts. */
  private record Figures(Grouping grouping, List<Row> groups, List<Row> comparisons) {}

  private Figures write(Collection<Pair> pairs) {
    if (!pairs.isEmpty() && options.resamples() == 0) {
      throw new UsageException(
          "Cannot compare runs: --resamples is 0, so there are no intervals. Set it to 1 or more");
    }
    requireWritable(!pairs.isEmpty());
    UtteranceScores utterances = new UtteranceScores(spark, options);
    Dataset<Row> compared = utterances.compared().persist();
    try {
      compared.count(); // Once, before several jobs at a time would each begin to.
      Dataset<Row> scored = utterances.scored(compared);
      Grouping grouping = grouping(scored, !pairs.isEmpty());
      // All of them before anything is written: a pair may be refused.
      Optional<Dataset<Row>> comparisons =
          pairs.isEmpty()
              ? Optional.empty()
              : Optional.of(new RunComparison(grouping, options, pairs).table(scored));
      List<Row> groups = write(scored, grouping);
      comparisons.ifPresent(this::writeComparisons);
      List<Row> rows = comparisons.map(table -> sorted(table, grouping)).orElse(List.of());
      return new Figures(grouping, groups, rows);
    } finally {
      compared.unpersist();
    }
  }

  /** Checks the tables before anything is computed for them. */
  private void requireWritable(boolean comparing) {
    ScoreOptions.Outputs outputs = options.outputs();
    TableChecks.requireWritable(spark, TableRef.of(spark, outputs.scores()));
    TableChecks.requireWritable(spark, TableRef.of(spark, outputs.groups()));
    if (comparing) {
      TableChecks.requireWritable(spark, TableRef.of(spark, outputs.comparisons()));
    }
  }

  private void writeComparisons(Dataset<Row> rows) {
    new PartitionedTable(
            TableRef.of(spark, options.outputs().comparisons()),
            List.of("run_a", "run_b", "grouping"))
        .overwrite(rows);
  }

  private Grouping grouping(Dataset<Row> scored, boolean comparing) {
    Set<String> taken = new TreeSet<>(GroupScores.columnNames());
    if (comparing) {
      taken.addAll(RunComparison.columnNames());
    }
    return Grouping.of(options.by(), scored.schema(), taken);
  }

  private List<Row> write(Dataset<Row> scored, Grouping grouping) {
    Dataset<Row> result = new GroupScores(grouping, options).table(scored);
    List<Row> rows = result.collectAsList();
    Dataset<Row> groups = spark.createDataFrame(rows, result.schema());
    ScoreOptions.Outputs outputs = options.outputs();
    new PartitionedTable(TableRef.of(spark, outputs.scores()), List.of("run_id"))
        .overwrite(UtteranceScores.table(scored));
    new PartitionedTable(TableRef.of(spark, outputs.groups()), List.of("run_id", "grouping"))
        .overwrite(groups);
    return sorted(groups, grouping);
  }

  /** Totals behind their parts. */
  private static List<Row> sorted(Dataset<Row> rows, Grouping grouping) {
    List<String> by = new ArrayList<>(grouping.by());
    List<Row> list = new ArrayList<>(rows.collectAsList());
    Comparator<Row> order = Comparator.comparing(row -> run(row));
    for (String name : by) {
      order =
          order
              .thenComparing(row -> grouping.isTotal(row.getAs("grouping"), name))
              .thenComparing(row -> String.valueOf(row.<Object>getAs(name)));
    }
    list.sort(order);
    return list;
  }

  private static String run(Row row) {
    boolean comparison = List.of(row.schema().fieldNames()).contains("run_a");
    return row.getAs(comparison ? "run_a" : "run_id");
  }

  private String notes(List<Row> groups) {
    List<String> notes = new ArrayList<>();
    long all = total(groups, "utterances");
    long missing = total(groups, "without_reference");
    long failed = total(groups, "failed");
    if (missing > 0) {
      notes.add(
          String.format(
              Locale.ROOT, "%d of %d rows have no reference and therefore no score", missing, all));
    }
    if (failed > 0) {
      notes.add(
          switch (options.failedRows()) {
            case EMPTY ->
                String.format(Locale.ROOT, "%d failed rows count as empty hypotheses", failed);
            case EXCLUDE ->
                String.format(Locale.ROOT, "%d failed rows are excluded from the scores", failed);
          });
    }
    ScoreOptions.Outputs outputs = options.outputs();
    notes.add("Tables: %s, %s".formatted(outputs.scores(), outputs.groups()));
    return System.lineSeparator() + String.join(System.lineSeparator(), notes);
  }

  private static long total(List<Row> groups, String column) {
    return groups.stream()
        .filter(row -> row.getAs("grouping").equals(Grouping.ALL))
        .mapToLong(row -> row.<Long>getAs(column))
        .sum();
  }
}
