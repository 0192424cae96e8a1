package io.espalier.spark.stage;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.TableChecks;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.ManifestRow;
import io.espalier.spark.task.RowStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * The state of a run in its table.
 *
 * @param id its name
 * @param prior its state per utterance: {@code utt_id, done boolean, attempts int}; absent for a
 *     new run
 */
public record StageRun(String id, Optional<Dataset<Row>> prior) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * Finds the run to resume, or starts one.
   *
   * @param kind of table that the rows go to
   * @throws UsageException if the requested run has another fingerprint
   */
  public static StageRun of(
      SparkSession spark,
      TableRef table,
      TableKind kind,
      Optional<String> asked,
      String fingerprint) {
    TableChecks.requireWritable(spark, table);
    if (!Tables.exists(spark, table)) {
      return new StageRun(asked.orElseGet(StageRun::timeBased), Optional.empty());
    }
    Dataset<Row> rows = Tables.read(spark, table);
    kind.requireOwn(table, rows.schema());
    Column same = col("fingerprint").equalTo(fingerprint);
    if (asked.isEmpty()) {
      String last = rows.filter(same).agg(max("run_id")).first().getString(0);
      return last == null
          ? new StageRun(timeBased(), Optional.empty())
          : new StageRun(last, Optional.of(prior(rows, last)));
    }
    String id = asked.get();
    List<Row> others =
        rows.filter(col("run_id").equalTo(id))
            .select("fingerprint")
            .filter(same.unary_$bang())
            .takeAsList(1);
    if (!others.isEmpty()) {
      throw new UsageException(
          ("Cannot resume run: %s of %s was made with another bundle, other options or another"
                  + " version (fingerprint %.12s, now %.12s). Use another --run-id")
              .formatted(id, table, others.get(0).getString(0), fingerprint));
    }
    return new StageRun(id, Optional.of(prior(rows, id)));
  }

  /**
   * The same run, as it is in other rows of its table.
   *
   * @param rows of all runs; absent if there are none
   */
  StageRun in(Optional<Dataset<Row>> rows) {
    return new StageRun(
        id,
        rows.filter(all -> !all.filter(col("run_id").equalTo(id)).isEmpty())
            .map(all -> prior(all, id)));
  }

  /**
   * The rows that the run still lacks, with {@link ManifestRow#ATTEMPT}.
   *
   * @param manifest normalised
   */
  public Dataset<Row> pending(Dataset<Row> manifest) {
    return prior
        .map(
            rows ->
                manifest
                    .join(rows, manifest.col("utt_id").equalTo(rows.col("prior_id")), "left")
                    .filter(coalesce(col("done"), lit(false)).unary_$bang())
                    .withColumn(ManifestRow.ATTEMPT, coalesce(col("attempts"), lit(0)).plus(1))
                    .drop("prior_id", "done", "attempts"))
        .orElseGet(() -> manifest.withColumn(ManifestRow.ATTEMPT, lit(1)));
  }

  /** Whether the run has failed rows that {@link #pending} would compute again. */
  public boolean retries(Dataset<Row> pending) {
    return prior.isPresent() && !pending.filter(col(ManifestRow.ATTEMPT).gt(1)).isEmpty();
  }

  /** Fills in the language and the task of rows that name none. */
  public static Dataset<Row> withDefaults(Dataset<Row> manifest, String language, String task) {
    Column none = lit(null).cast(DataTypes.StringType);
    return manifest
        .withColumn(
            "language",
            when(lower(col("language")).equalTo("auto"), none)
                .otherwise(coalesce(col("language"), language == null ? none : lit(language))))
        .withColumn("task", coalesce(col("task"), lit(task)));
  }

  private static Dataset<Row> prior(Dataset<Row> rows, String id) {
    return rows.filter(col("run_id").equalTo(id))
        .groupBy(col("utt_id").as("prior_id"))
        .agg(max(col("status").equalTo(RowStatus.OK)).as("done"), max("attempt").as("attempts"));
  }

  private static String timeBased() {
    return TIME.format(Instant.now()) + "-" + UUID.randomUUID().toString().substring(0, 4);
  }
}
