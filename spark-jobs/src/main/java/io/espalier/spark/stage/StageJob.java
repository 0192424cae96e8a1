package io.espalier.spark.stage;

import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.CheckedManifest;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.table.SourceRows;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.StageTask;
import io.espalier.spark.task.TaskCounters;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a stage: computes exactly one row per utterance of a manifest.
 *
 * <p>The rows that a run still lacks are divided into groups by the hash of their ids, in one
 * shuffle that all groups share. Each group is one Spark job. Its rows are collected on the driver,
 * which is cheap for text and vectors, and written to the table in one commit. So a lazy plan
 * computes nothing twice, no task writes anything, and a kill loses at most the current group.
 */
public final class StageJob {
  private static final Logger LOG = LoggerFactory.getLogger(StageJob.class);

  private final SparkSession spark;
  private final StageOptions options;
  private final Stage stage;
  private final StageProgress progress;

  /**
   * @param progress is told what happens
   */
  public StageJob(SparkSession spark, StageOptions options, Stage stage, StageProgress progress) {
    this.spark = spark;
    this.options = options;
    this.stage = stage;
    this.progress = progress;
  }

  /**
   * Computes and writes what is missing.
   *
   * @throws UsageException if it cannot be done as asked; nothing is written then
   */
  public StageSummary run() {
    long start = System.nanoTime();
    TableRef table = TableRef.of(spark, options.table());
    // Neither needs the other, and each of them costs a second the first time.
    try (Background<StageRun> found =
        Background.start(
            "espalier-run",
            () -> StageRun.of(spark, table, stage.kind(), options.runId(), stage.fingerprint()))) {
      CheckedManifest manifest = Manifest.open(spark, options.manifest(), options.limit());
      return run(manifest, table, found.get(), start);
    }
  }

  private StageSummary run(CheckedManifest manifest, TableRef table, StageRun run, long start) {
    Dataset<Row> rows =
        StageRun.withDefaults(stage.join(manifest), options.language(), stage.task());
    new SourceRows(rows, manifest.leftOut()).require(stage.keep(), options.manifest());
    StructType schema = stage.schema(rows.schema());
    Dataset<Row> pending = run.pending(rows);
    RowMaker maker = stage.rows(schema, run.id(), pending);
    Tables.ensure(spark, table, schema);
    StageWriter writer = new StageWriter(spark, table, schema);
    if (run.retries(pending)) {
      writer.requireReplaceable();
    }
    long missing = run.prior().isPresent() ? pending.count() : manifest.count();
    StageTally tally = new StageTally(schema);
    if (missing > 0) {
      TaskCounters counters = TaskCounters.register(spark.sparkContext());
      try (StageProgress.Display display = progress.start(spark, counters, missing)) {
        groups(run.id(), pending, missing, maker, counters)
            .run(
                writer,
                group -> {
                  tally.add(group);
                  display.committed(tally.written());
                });
      }
    }
    requireAll(missing, tally.written());
    return new StageSummary(
        run.id(),
        stage.fingerprint(),
        options.table(),
        stage.done(),
        manifest.count(),
        tally.sums(),
        (System.nanoTime() - start) / 1e9,
        options.maxFailedFraction());
  }

  private StageGroups groups(
      String runId, Dataset<Row> pending, long missing, RowMaker maker, TaskCounters counters) {
    int count = StageGroups.count(missing, options.commitEvery());
    StageSlots slots =
        StageSlots.of(spark.sparkContext(), options.tasks(), options.partitions(), missing / count);
    LOG.info(
        "Run {} of {}: {} rows to compute in {} groups of {} tasks",
        runId,
        options.table(),
        missing,
        count,
        slots.partitions());
    StageTask task =
        new StageTask(
            options.tasks().withThreads(slots.threads()),
            stage.keep(),
            maker,
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf())),
            counters);
    return StageGroups.of(stage.name(), pending, task, slots, count);
  }

  private void requireAll(long expected, long written) {
    if (expected != written) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot finish: %d rows of %s were missing, %d were computed. The manifest changed"
                  + " during the run. Run again once it is stable",
              expected,
              options.manifest(),
              written));
    }
  }
}
