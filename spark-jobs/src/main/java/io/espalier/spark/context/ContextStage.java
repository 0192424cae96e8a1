package io.espalier.spark.context;

import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import io.espalier.files.BuildVersion;
import io.espalier.spark.cluster.ClusterMethod;
import io.espalier.spark.cluster.SpeakerClusters;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.stage.StageGroups;
import io.espalier.spark.stage.StageWriter;
import io.espalier.spark.stage.TranscribeProgress;
import io.espalier.spark.stage.TranscribeRun;
import io.espalier.spark.stage.TranscribeSlots;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.TranscribeCounters;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The context stage: a manifest goes in, one row per utterance comes out, with the vectors of its
 * speaker and of its sound, its language, and its speaker's cluster.
 *
 * <p>Vectors and languages are computed and committed group by group, as transcripts are; then the
 * speakers of the whole run are clustered and the rows brought up to date.
 */
public final class ContextStage {
  private final SparkSession spark;
  private final ContextJobOptions options;
  private final ContextFactory factory;
  private final TranscribeProgress progress;
  private final String fingerprint;

  /**
   * @param factory opens the encoders in the tasks
   * @param progress is told what happens
   */
  public ContextStage(
      SparkSession spark,
      ContextJobOptions options,
      ContextFactory factory,
      TranscribeProgress progress) {
    this.spark = spark;
    this.options = options;
    this.factory = factory;
    this.progress = progress;
    fingerprint =
        Fingerprint.ofContexts(
            factory.fingerprint(), options.language(), options.context(), BuildVersion.current());
  }

  /**
   * Computes and writes what is missing.
   *
   * @throws UsageException if it cannot be done as asked; nothing is written then
   */
  public ContextSummary run() {
    long start = System.nanoTime();
    Manifest.Checked scope = Manifest.open(spark, options.manifest(), options.limit());
    Dataset<Row> manifest = TranscribeRun.withDefaults(scope.rows(), options.language(), "");
    TableRef table = TableRef.of(spark, options.table());
    TranscribeRun run =
        TranscribeRun.of(spark, table, TableKind.CONTEXTS, options.runId(), fingerprint);
    Dataset<Row> pending = run.pending(manifest);
    boolean identify = identify(pending);
    Tables.ensure(spark, table, ContextSchema.COLUMNS);
    StageWriter writer = new StageWriter(spark, table, ContextSchema.COLUMNS);
    if (run.retries(pending)) {
      writer.requireReplaceable();
    }
    long all = scope.count();
    long missing = run.prior().isPresent() ? pending.count() : all;
    ContextSummary.Tally[] tally = {ContextSummary.Tally.NONE};
    if (missing > 0) {
      TranscribeCounters counters = TranscribeCounters.register(spark.sparkContext());
      ContextTask.Identity identity =
          new ContextTask.Identity(
              run.id(), fingerprint, identify, options.context().batchSeconds());
      try (TranscribeProgress.Display display = progress.start(spark, counters, missing)) {
        groups(pending, missing, identity, counters)
            .run(
                writer,
                rows -> {
                  tally[0] = tally[0].with(rows);
                  display.committed(tally[0].written());
                });
      }
    }
    requireAll(missing, tally[0].written());
    Optional<SpeakerClusters.Result> clusters = cluster(table, run.id(), tally[0]);
    double wallS = (System.nanoTime() - start) / 1e9;
    return new ContextSummary(
        run.id(),
        fingerprint,
        options.table(),
        all,
        tally[0],
        clusters,
        wallS,
        options.maxFailedFraction());
  }

  /** Whether there are languages to identify. */
  private boolean identify(Dataset<Row> pending) {
    if (options.language() != null || pending.filter(col("language").isNull()).isEmpty()) {
      return false;
    }
    if (!factory.identifies() && options.context().minLanguageProbability() > 0) {
      throw new UsageException(
          "Cannot identify languages: the bundle holds no OWSM. Name the languages in the manifest,"
              + " give --language, or leave out --min-language-probability");
    }
    return factory.identifies();
  }

  private StageGroups groups(
      Dataset<Row> pending,
      long missing,
      ContextTask.Identity identity,
      TranscribeCounters counters) {
    int count = StageGroups.count(missing, options.commitEvery());
    TranscribeSlots slots =
        TranscribeSlots.of(
            spark.sparkContext(), options.work(), options.partitions(), missing / count);
    ContextTask task =
        new ContextTask(
            options.work().withThreads(slots.threads()),
            factory,
            identity,
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf())),
            counters);
    return StageGroups.of("context", pending, task, slots, count);
  }

  private Optional<SpeakerClusters.Result> cluster(
      TableRef table, String runId, ContextSummary.Tally tally) {
    boolean asked = tally.written() > tally.failed() || options.recluster();
    if (options.clusters().method() == ClusterMethod.NONE
        || factory.speakerFingerprint().isEmpty()
        || !asked) {
      return Optional.empty();
    }
    spark.sparkContext().setJobDescription("cluster speakers");
    return new SpeakerClusters(spark, options.clusters(), factory.speakerFingerprint())
        .assign(table, runId);
  }

  private void requireAll(long expected, long written) {
    if (expected != written) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot finish: %s had %d rows to compute, and then %d. Run again when it is at rest",
              options.manifest(),
              expected,
              written));
    }
  }
}
