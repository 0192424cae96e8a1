package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The comparison of a result with its manifest.
 *
 * @param manifestRows rows of the manifest
 * @param tableRows rows of the result
 * @param findings violations of "one row per manifest row"; empty if there are none
 * @param statuses rows by status and error code
 */
public record Verification(
    long manifestRows, long tableRows, List<Finding> findings, List<Status> statuses) {
  private static final int EXAMPLES = 5;

  /** One way in which the promise is broken: {@code missing}, {@code duplicated}, {@code extra}. */
  public record Finding(String what, long ids, List<String> examples) {}

  /** The number of rows with one status. */
  public record Status(String status, String errorCode, long rows) {}

  /**
   * Compares a manifest with a result.
   *
   * @param where SQL condition on the rows of the result
   */
  public static Verification of(
      SparkSession spark, String manifest, String table, Optional<String> where) {
    Dataset<Row> ids = Manifest.read(spark, manifest).select(col("utt_id"), lit(1).as("wanted"));
    Dataset<Row> all = Tables.read(spark, TableRef.of(spark, table));
    if (!Arrays.stream(all.columns()).anyMatch("utt_id"::equalsIgnoreCase)) {
      throw new UsageException(
          "Cannot verify: %s has no column utt_id, so it is not the result of a manifest"
              .formatted(table));
    }
    Dataset<Row> rows = where.map(condition -> filtered(all, condition)).orElse(all);
    Dataset<Row> counts = rows.groupBy("utt_id").agg(count(lit(1)).as("found"));
    Column same = ids.col("utt_id").eqNullSafe(counts.col("utt_id"));
    Dataset<Row> both =
        ids.join(counts, same, "full")
            .select(
                coalesce(ids.col("utt_id"), counts.col("utt_id")).as("utt_id"),
                col("wanted"),
                col("found"))
            .cache();
    try {
      List<Finding> findings = new ArrayList<>();
      add(findings, "missing", both.filter(col("found").isNull()));
      add(findings, "duplicated", both.filter("wanted IS NOT NULL AND found > 1"));
      add(findings, "extra", both.filter(col("wanted").isNull()));
      return new Verification(
          both.filter(col("wanted").isNotNull()).count(),
          rows.count(),
          List.copyOf(findings),
          statuses(rows));
    } finally {
      both.unpersist();
    }
  }

  private static Dataset<Row> filtered(Dataset<Row> rows, String condition) {
    try {
      return rows.filter(condition);
    } catch (Exception e) { // A checked one, which Scala does not declare.
      throw new UsageException(
          "Invalid --where: '%s' (%s)".formatted(condition, Messages.firstLine(e)));
    }
  }

  /** Whether every manifest row has exactly one row, and no row is without one. */
  public boolean holds() {
    return findings.isEmpty();
  }

  /** The comparison in words. */
  public String report() {
    StringBuilder report = new StringBuilder();
    report.append(
        String.format(Locale.ROOT, "%d manifest rows, %d table rows%n", manifestRows, tableRows));
    for (Status status : statuses) {
      report.append(
          String.format(
              Locale.ROOT,
              "  %s%s: %d%n",
              status.status(),
              status.errorCode() == null ? "" : " " + status.errorCode(),
              status.rows()));
    }
    for (Finding finding : findings) {
      report.append(
          String.format(
              Locale.ROOT,
              "%s: %d ids, such as %s%n",
              finding.what(),
              finding.ids(),
              String.join(", ", finding.examples())));
    }
    return report
        .append(holds() ? "Exactly one row per manifest row" : "Not one row per manifest row")
        .toString();
  }

  private static void add(List<Finding> findings, String what, Dataset<Row> wrong) {
    long ids = wrong.count();
    if (ids > 0) {
      List<String> examples =
          wrong.select("utt_id").sort("utt_id").takeAsList(EXAMPLES).stream()
              .map(row -> row.getString(0))
              .toList();
      findings.add(new Finding(what, ids, examples));
    }
  }

  private static List<Status> statuses(Dataset<Row> rows) {
    if (!Arrays.asList(rows.columns()).containsAll(List.of("status", "error_code"))) {
      return List.of();
    }
    return rows
        .groupBy("status", "error_code")
        .count()
        .sort("status", "error_code")
        .collectAsList()
        .stream()
        .map(row -> new Status(row.getString(0), row.getString(1), row.getLong(2)))
        .toList();
  }
}
