package io.espalier.tools.benchmark;

import io.espalier.conf.EspalierConf;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageJob;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.Lease;
import io.espalier.spark.transcribe.TranscribeOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Measures what the job itself costs, apart from the model: a manifest of many rows, a hundred
 * tasks for the rows of each commit, and {@link ScaleRows} in place of a model.
 */
final class ScaleBenchmark {
  private static final String TASKS = "100";

  /** Short, so that snapshots expire while the job runs. */
  private static final String SNAPSHOT_AGE_S = "600";

  private static final double ROWS_OF_FIGURE = 100_000;

  private final SparkSession spark;
  private final StageProgress progress;
  private final long rows;

  /**
   * @param rows of the manifest, at least {@link ScaleMeter#POINTS}
   */
  ScaleBenchmark(SparkSession spark, StageProgress progress, long rows) {
    this.spark = spark;
    this.progress = progress;
    this.rows = rows;
  }

  /** Seconds and live heap for each tenth of the rows, and what the table's metadata takes. */
  List<Measurement> run() throws IOException {
    String name = UUID.randomUUID().toString().replace('-', '_');
    String manifest = "default.benchmark_manifest_" + name;
    String table = "default.benchmark_scale_" + name;
    spark
        .range(rows)
        .select(
            functions.format_string("utterance-%010d", functions.col("id")).as("utt_id"),
            functions.lit(null).cast("string").as("audio"),
            functions.lit("eng").as("language"),
            functions.expr("1 + id * 7919 % 29").cast("double").as("duration"))
        .writeTo(manifest)
        .createOrReplace();
    Map<String, String> options = new HashMap<>();
    options.put("manifest", manifest);
    options.put("table", table);
    options.put("bundle", "none");
    options.put("device", "cpu");
    options.put("partitions", TASKS);
    options.put("snapshot-age-s", SNAPSHOT_AGE_S);
    EspalierConf conf = SessionConf.of(spark, options);
    try (Lease<ScaleMeter> meter = ScaleMeter.shared(rows)) {
      StageSummary summary =
          new StageJob(
                  spark,
                  TranscribeOptions.of(conf).stage(),
                  new DoubleStage("scale", (schema, runId) -> new ScaleRows(schema, runId, rows)),
                  progress)
              .run();
      List<Measurement> measured = new ArrayList<>(curve(meter.value().points()));
      measured.add(Measurement.of("scale_rows", (double) summary.written(), ""));
      measured.add(Measurement.of("scale_wall", summary.wallS(), "s"));
      measured.addAll(metadata(table));
      return measured;
    } finally {
      spark.sql("DROP TABLE IF EXISTS " + table + " PURGE");
      spark.sql("DROP TABLE IF EXISTS " + manifest + " PURGE");
    }
  }

  private static List<Measurement> curve(List<ScaleMeter.Point> points) {
    List<Measurement> measured = new ArrayList<>();
    for (int i = 1; i < points.size(); i++) {
      ScaleMeter.Point from = points.get(i - 1);
      ScaleMeter.Point to = points.get(i);
      String until = String.format(Locale.ROOT, "until_row_%d", to.rows());
      double perRow = (to.timeNs() - from.timeNs()) / 1e9 / (to.rows() - from.rows());
      measured.add(
          new Measurement(
              "scale_s_per_100000_rows_" + until, perRow * ROWS_OF_FIGURE, "s", "flat"));
      measured.add(new Measurement("scale_heap_" + until, to.heap(), "MiB", "flat"));
    }
    return measured;
  }

  private List<Measurement> metadata(String table) throws IOException {
    double largest = 0;
    for (Row file :
        spark.sql("SELECT file FROM " + table + ".metadata_log_entries").collectAsList()) {
      Path path = Storage.path(file.getString(0));
      largest = Math.max(largest, (double) length(path));
    }
    return List.of(
        new Measurement("scale_metadata_file", largest / 1e6, "MB", "below 1"),
        count("scale_snapshots", table + ".snapshots"),
        count("scale_data_files", table + ".files"));
  }

  private long length(Path path) throws IOException {
    return Tables.fileSystem(spark, path).getFileStatus(path).getLen();
  }

  private Measurement count(String name, String of) {
    return Measurement.of(name, (double) spark.table(of).count(), "");
  }
}
