package io.espalier.spark.transcribe;

import io.espalier.conf.UsageException;
import io.espalier.files.BuildVersion;
import io.espalier.spark.context.ContextJoin;
import io.espalier.spark.manifest.CheckedManifest;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.stage.Stage;
import io.espalier.spark.stage.StageJob;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.task.RowMaker;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The transcribe stage: computes one row per utterance of a manifest. */
public final class Transcribe implements Stage {
  /** Columns of every manifest that every transcripts table has. */
  private static final Set<String> ALWAYS_KEPT = Set.of("utt_id", "reference");

  private final SparkSession spark;
  private final TranscribeOptions options;
  private final TranscriberFactory factory;
  private final StageProgress progress;
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
      StageProgress progress) {
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
            options.stage().language(),
            options.task(),
            BuildVersion.current());
  }

  /**
   * Computes and writes what is missing.
   *
   * @throws UsageException if it cannot be done as asked; nothing is written then
   */
  public StageSummary run() {
    return new StageJob(spark, options.stage(), this, progress).run();
  }

  @Override
  public String name() {
    return "transcribe";
  }

  @Override
  public String done() {
    return "transcribed";
  }

  @Override
  public TableKind kind() {
    return TableKind.TRANSCRIPTS;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String task() {
    return options.task();
  }

  @Override
  public List<String> keep() {
    return options.keep().stream().filter(name -> !ALWAYS_KEPT.contains(name)).toList();
  }

  @Override
  public Dataset<Row> join(CheckedManifest manifest) {
    contexts.ifPresent(join -> tellLacking(join, manifest));
    return contexts.map(join -> join.join(manifest.rows())).orElse(manifest.rows());
  }

  @Override
  public StructType schema(StructType manifest) {
    return TranscriptSchema.with(keep(), manifest);
  }

  @Override
  public RowMaker rows(StructType schema, String runId, Dataset<Row> pending) {
    return new TranscribeRows(factory, schema, runId, fingerprint, keep());
  }

  private void tellLacking(ContextJoin join, CheckedManifest manifest) {
    long lacking = join.lacking(manifest.rows(), manifest.count());
    if (lacking > 0) {
      progress.note(
          String.format(
              Locale.ROOT,
              "%d of %d rows have no contexts in %s; their gates work without them",
              lacking,
              manifest.count(),
              join.name()));
    }
  }
}
