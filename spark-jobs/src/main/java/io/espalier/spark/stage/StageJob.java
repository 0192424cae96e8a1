package io.espalier.spark.stage;

import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.CheckedManifest;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.stop.StopRequest;
import io.espalier.spark.stop.StoppedException;
import io.espalier.spark.table.FileSwap;
import io.espalier.spark.table.Snapshots;
import io.espalier.spark.table.SourceRows;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.table.commit.RunTable;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.TaskCounters;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a stage: computes exactly one row per utterance of a manifest.
 *
 * <p>The rows that a run still lacks are divided into slices ({@link StageSlices}), which are dealt
 * to tasks and computed one after another without a pause ({@link SliceRunner}). Tasks return their
 * rows to the driver, which is cheap for text and vectors, and a thread of the driver writes them
 * to the table, many in one commit ({@link Commits}). So a lazy plan computes nothing twice, no
 * task writes anything, and a kill loses at most the rows that wait for a commit and those of
 * unfinished tasks.
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
   * @throws StoppedException if the process was asked to end before all was done
   */
  public StageSummary run() {
    long start = System.nanoTime();
    TableRef table = TableRef.of(spark, options.table());
    if (table instanceof TableRef.InFiles files) {
      FileSwap.finish(spark, files);
    }
    // Neither needs the other, and each of them costs a second the first time.
    try (StopRequest.Job stop = StopRequest.ofProcess().begin(options.stopTimeout());
        Background<StageRun> found =
            Background.start(
                "espalier-run",
                () ->
                    StageRun.of(
                        spark, table, stage.kind(), options.runId(), stage.fingerprint()))) {
      CheckedManifest manifest = Manifest.open(spark, options.manifest(), options.limit());
      return run(manifest, table, found.get(), stop, start);
    }
  }

  @SuppressWarnings("try") // The rehearsal only has to end with the work.
  private StageSummary run(
      CheckedManifest manifest, TableRef table, StageRun run, StopRequest.Job stop, long start) {
    Dataset<Row> rows =
        StageRun.withDefaults(stage.join(manifest), options.language(), stage.task());
    new SourceRows(rows, manifest.leftOut()).require(stage.keep(), options.manifest());
    StructType schema = stage.schema(rows.schema());
    Dataset<Row> pending = run.pending(rows);
    RowMaker maker = stage.rows(schema, run.id(), pending);
    Tables.ensure(spark, table, schema);
    RunTable runTable = RunTable.of(spark, table, run.id());
    CommitOptions commits = options.commits();
    StageWriter writer =
        new StageWriter(
            spark,
            table,
            runTable,
            schema,
            new Snapshots(spark, commits.snapshotAge(), commits.snapshotsKept()));
    if (run.retries(pending)) {
      writer.requireReplaceable();
    }
    long missing = lacking(run, pending, manifest);
    if (missing > 0) {
      // Only what is there now counts: another driver may have committed until here.
      StageRun claimed = run.in(runTable.claim());
      pending = claimed.pending(rows);
      missing = lacking(claimed, pending, manifest);
    }
    LOG.info("Run {} of {} lacks {} rows", run.id(), options.table(), missing);
    AtomicReference<StageSums> sums = new AtomicReference<>(StageSums.NONE);
    if (missing > 0) {
      StageWork work =
          new StageWork(pending, missing, StageWork.bytesPerRow(manifest), maker, schema);
      TaskCounters counters = TaskCounters.register(spark.sparkContext());
      Background<Void> rehearsal = writer.rehearse();
      try (StageProgress.Display display = progress.start(spark, counters, missing)) {
        work.run(
            options,
            stage,
            writer,
            counters,
            () -> stop.asked().isPresent(),
            group -> display.committed(sums.updateAndGet(group::plus).written()));
      } finally {
        rehearsal.close();
      }
      writer.expire();
    }
    tellStop(stop, run, missing, sums.get().written());
    requireAll(missing, sums.get().written());
    return new StageSummary(
        run.id(),
        stage.fingerprint(),
        options.table(),
        stage.done(),
        manifest.count(),
        sums.get(),
        (System.nanoTime() - start) / 1e9,
        options.maxFailedFraction());
  }

  private static long lacking(StageRun run, Dataset<Row> pending, CheckedManifest manifest) {
    return run.prior().isPresent() ? pending.count() : manifest.count();
  }

  private void tellStop(StopRequest.Job stop, StageRun run, long missing, long written) {
    if (written < missing && stop.asked().isPresent()) {
      throw new StoppedException(
          String.format(
              Locale.ROOT,
              "Stopped by %s: wrote %d rows to %s, run %s; %d are missing. Call the same command"
                  + " again to compute them",
              stop.asked().get(),
              written,
              options.table(),
              run.id(),
              missing - written));
    }
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
