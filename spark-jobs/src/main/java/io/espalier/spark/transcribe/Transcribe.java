package io.espalier.spark.transcribe;

import io.espalier.conf.UsageException;
import io.espalier.files.BuildVersion;
import io.espalier.spark.context.ContextJoin;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.stage.Background;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.stage.StageGroups;
import io.espalier.spark.stage.StageWriter;
import io.espalier.spark.stage.TranscribeProgress;
import io.espalier.spark.stage.TranscribeRun;
import io.espalier.spark.stage.TranscribeSlots;
import io.espalier.spark.table.SourceRows;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.TranscribeCounters;
import io.espalier.spark.transcribe.TranscribeTask.TranscribeIdentity;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The transcribe stage: a manifest goes in, one row per utterance comes out.
 *
 * <p>What a run still lacks is spread over groups by the hash of its ids, in one shuffle that all
 * groups share. Each group is one Spark job; its rows come to the driver, which text can afford,
 * and go to the table in one commit. So nothing is computed twice by a lazy plan, no task writes
 * anything, and a kill costs at most the group that was under way.
 */
public final class Transcribe {
  private final SparkSession spark;
  private final TranscribeOptions options;
  private final TranscriberFactory factory;
  private final TranscribeProgress progress;
  private final Optional<ContextJoin> contexts;
  private final String fingerprint;

  /**
   * @param factory opens the model in the tasks
   * @param progress is told what happens
   */
  public Transcribe(
      SparkSession spark,
      TranscribeOptions options,
      TranscriberFactory factory,
      TranscribeProgress progress) {
    this.spark = spark;
    this.options = options;
    this.factory = factory;
    this.progress = progress;
    contexts =
        options
            .contexts()
            .map(
                table ->
                    ContextJoin.of(spark, table, options.contextsRun(), options.speakerContext()));
    fingerprint =
        Fingerprint.ofJob(
            factory.fingerprint(),
            contexts.map(ContextJoin::fingerprint).orElse(""),
            options.language(),
            options.task(),
            BuildVersion.current());
  }

  /**
   * Computes and writes what is missing.
   *
   * @throws UsageException if it cannot be done as asked; nothing is written then
   */
  public TranscribeSummary run() {
    long start = System.nanoTime();
    TableRef table = TableRef.of(spark, options.table());
    // Neither needs the other, and each of them costs a second the first time.
    try (Background<TranscribeRun> found =
        Background.start(
            "espalier-run",
            () ->
                TranscribeRun.of(
                    spark, table, TableKind.TRANSCRIPTS, options.runId(), fingerprint))) {
      Manifest.Checked scope = Manifest.open(spark, options.manifest(), options.limit());
      return run(scope, table, found.get(), start);
    }
  }

  private TranscribeSummary run(
      Manifest.Checked scope, TableRef table, TranscribeRun run, long start) {
    contexts.ifPresent(join -> tellLacking(join, scope));
    Dataset<Row> manifest =
        TranscribeRun.withDefaults(
            contexts.map(join -> join.join(scope.rows())).orElse(scope.rows()),
            options.language(),
            options.task());
    List<String> keep = keep();
    new SourceRows(manifest, scope.leftOut()).require(keep, options.manifest());
    StructType schema = TranscriptSchema.with(keep, manifest.schema());
    Tables.ensure(spark, table, schema);
    Dataset<Row> pending = run.pending(manifest);
    StageWriter writer = new StageWriter(spark, table, schema);
    if (run.retries(pending)) {
      writer.requireReplaceable();
    }

    long all = scope.count();
    long missing = run.prior().isPresent() ? pending.count() : all;
    TranscribeTally tally = new TranscribeTally(schema);
    if (missing > 0) {
      TranscribeCounters counters = TranscribeCounters.register(spark.sparkContext());
      TranscribeIdentity identity = new TranscribeIdentity(run.id(), fingerprint, keep);
      try (TranscribeProgress.Display display = progress.start(spark, counters, missing)) {
        groups(pending, missing, identity, counters)
            .run(
                writer,
                rows -> {
                  tally.add(rows);
                  display.committed(tally.written());
                });
      }
    }
    requireAll(missing, tally.written());
    double wallS = (System.nanoTime() - start) / 1e9;
    return tally.summary(run.id(), fingerprint, options, all, wallS);
  }

  private void tellLacking(ContextJoin join, Manifest.Checked scope) {
    long lacking = join.lacking(scope.rows(), scope.count());
    if (lacking > 0) {
      progress.note(
          String.format(
              Locale.ROOT,
              "%d of %d rows have no contexts in %s: gates do without",
              lacking,
              scope.count(),
              join.name()));
    }
  }

  private List<String> keep() {
    Set<String> there = new HashSet<>(List.of("utt_id", "reference"));
    return options.keep().stream().filter(name -> !there.contains(name)).toList();
  }

  private StageGroups groups(
      Dataset<Row> pending,
      long missing,
      TranscribeIdentity identity,
      TranscribeCounters counters) {
    int count = StageGroups.count(missing, options.commitEvery());
    TranscribeSlots slots =
        TranscribeSlots.of(
            spark.sparkContext(), options.work(), options.partitions(), missing / count);
    TranscribeTask task =
        new TranscribeTask(
            options.work().withThreads(slots.threads()),
            factory,
            identity,
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf())),
            counters);
    return StageGroups.of("transcribe", pending, task, slots, count);
  }

  private void requireAll(long expected, long written) {
    if (expected != written) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot finish: %s had %d rows to transcribe, and then %d. Run again when it is at"
                  + " rest",
              options.manifest(),
              expected,
              written));
    }
  }
}
