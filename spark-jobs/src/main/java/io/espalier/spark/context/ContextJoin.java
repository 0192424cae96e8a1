package io.espalier.spark.context;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.ContextColumns;
import io.espalier.spark.task.RowStatus;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Joins contexts to the rows of a manifest. A row without contexts keeps none, and its gates work
 * without them.
 *
 * @param name of the table
 * @param contexts the rows of one run with status ok
 * @param fingerprint of that run and of the contexts taken from it
 */
public record ContextJoin(
    String name, Dataset<Row> contexts, SpeakerContext speaker, String fingerprint) {

  /**
   * Opens a run of a contexts table.
   *
   * @param runId absent for the one that began last
   * @throws UsageException if there is no such table or run
   */
  public static ContextJoin of(
      SparkSession spark, String name, Optional<String> runId, SpeakerContext speaker) {
    TableRef table = TableRef.of(spark, name);
    if (!Tables.exists(spark, table)) {
      throw new UsageException(
          "Cannot find contexts: table %s does not exist. Make it with espalier context"
              .formatted(table));
    }
    Dataset<Row> rows =
        TableKind.CONTEXTS.read(spark, name).where(col("status").equalTo(RowStatus.OK));
    Row newest =
        runId
            .map(id -> rows.where(col("run_id").equalTo(id)))
            .orElse(rows)
            .selectExpr("max(struct(run_id, fingerprint)) AS newest")
            .first();
    if (newest.isNullAt(0)) {
      throw new UsageException(
          "Cannot find contexts: table %s has no rows with status ok%s"
              .formatted(name, runId.map(id -> " in run " + id).orElse("")));
    }
    Row run = newest.getStruct(0);
    return new ContextJoin(
        name,
        rows.where(col("run_id").equalTo(run.getString(0))),
        speaker,
        run.getString(1) + "/" + speaker.name().toLowerCase(Locale.ROOT));
  }

  /**
   * The manifest with the contexts beside it; languages that it lacks are taken from them.
   *
   * @param manifest normalised
   */
  public Dataset<Row> join(Dataset<Row> manifest) {
    Dataset<Row> found =
        contexts.select(
            col("utt_id"),
            col("speaker").as(ContextColumns.SPEAKER),
            col("event").as(ContextColumns.EVENT),
            col("speaker_cluster").as(ContextColumns.CLUSTER),
            col("gflops.speaker").as(ContextColumns.SPEAKER_GFLOPS),
            col("gflops.event").as(ContextColumns.EVENT_GFLOPS),
            col("language").as("__language"));
    Dataset<Row> own = speaker == SpeakerContext.CLUSTER ? withCentres(found) : found;
    return manifest
        .join(own, "utt_id", "left")
        .withColumn("language", coalesce(col("language"), col("__language")))
        .drop("__language");
  }

  /**
   * The number of manifest rows without contexts.
   *
   * @throws UsageException if all rows lack them, because the table belongs to another manifest
   */
  public long lacking(Dataset<Row> manifest, long count) {
    long lacking = manifest.join(contexts.select("utt_id"), "utt_id", "left_anti").count();
    if (count > 0 && lacking == count) {
      throw new UsageException(
          String.format(
                  Locale.ROOT,
                  "Cannot use contexts: %s has none of the manifest's %d rows. Make it from the",
                  name,
                  count)
              + " same manifest with espalier context, or omit --with-contexts");
    }
    return lacking;
  }

  /** Replaces each speaker vector by the mean of its cluster's vectors, all scaled to length 1. */
  private static Dataset<Row> withCentres(Dataset<Row> found) {
    Column length =
        expr("sqrt(aggregate(%s, 0D, (s, x) -> s + x * x))".formatted(ContextColumns.SPEAKER));
    Dataset<Row> centres =
        found
            .where(
                col(ContextColumns.SPEAKER)
                    .isNotNull()
                    .and(col(ContextColumns.CLUSTER).isNotNull()))
            .withColumn("length", length)
            .where(col("length").gt(0))
            .withColumn(
                "unit", expr("transform(%s, x -> x / length)".formatted(ContextColumns.SPEAKER)))
            .groupBy(col(ContextColumns.CLUSTER))
            .agg(Summarizer.mean(array_to_vector(col("unit"))).as("centre"))
            .select(
                col(ContextColumns.CLUSTER),
                vector_to_array(col("centre"), "float32").as("centre"));
    return found
        .join(centres, new String[] {ContextColumns.CLUSTER}, "left")
        .withColumn(ContextColumns.SPEAKER, col("centre"))
        .drop("centre");
  }
}
