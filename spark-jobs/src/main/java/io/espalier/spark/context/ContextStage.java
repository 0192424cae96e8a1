package io.espalier.spark.context;

import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import io.espalier.files.BuildVersion;
import io.espalier.spark.cluster.ClusterMethod;
import io.espalier.spark.cluster.ClusterResult;
import io.espalier.spark.cluster.SpeakerClusters;
import io.espalier.spark.manifest.CheckedManifest;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.stage.Stage;
import io.espalier.spark.stage.StageJob;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.task.RowMaker;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The context stage: computes one row per utterance of a manifest, with its speaker vector, sound
 * vector, language and speaker cluster.
 *
 * <p>Vectors and languages are computed and committed like transcripts. Then the speakers of the
 * whole run are clustered and the rows updated.
 */
public final class ContextStage implements Stage {
  private final SparkSession spark;
  private final ContextJobOptions options;
  private final ContextFactory factory;
  private final StageProgress progress;
  private final String fingerprint;

  /**
   * @param factory opens the encoders in the tasks
   * @param progress is told what happens
   */
  public ContextStage(
      SparkSession spark,
      ContextJobOptions options,
      ContextFactory factory,
      StageProgress progress) {
    this.spark = spark;
    this.options = options;
    this.factory = factory;
    this.progress = progress;
    fingerprint =
        Fingerprint.ofContexts(
            factory.fingerprint(),
            options.stage().language(),
            options.context(),
            BuildVersion.current());
  }

  /**
   * Computes and writes what is missing.
   *
   * @throws UsageException if it cannot be done as asked; nothing is written then
   */
  public ContextSummary run() {
    StageSummary summary = new StageJob(spark, options.stage(), this, progress).run();
    return new ContextSummary(summary, cluster(summary));
  }

  @Override
  public String name() {
    return "context";
  }

  @Override
  public String done() {
    return "with contexts";
  }

  @Override
  public TableKind kind() {
    return TableKind.CONTEXTS;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String task() {
    return "";
  }

  @Override
  public List<String> keep() {
    return List.of(ContextRows.SPEAKER_ID);
  }

  @Override
  public Dataset<Row> join(CheckedManifest manifest) {
    return manifest.rows();
  }

  @Override
  public StructType schema(StructType manifest) {
    return ContextSchema.COLUMNS;
  }

  @Override
  public RowMaker rows(StructType schema, String runId, Dataset<Row> pending) {
    return new ContextMaker(
        factory, runId, fingerprint, identify(pending), options.context().batchSeconds());
  }

  /** Whether there are languages to identify. */
  private boolean identify(Dataset<Row> pending) {
    if (options.stage().language() != null || pending.filter(col("language").isNull()).isEmpty()) {
      return false;
    }
    if (!factory.identifies() && options.context().minLanguageProbability() > 0) {
      throw new UsageException(
          "Cannot identify languages: the bundle has no OWSM. Name the languages in the manifest,"
              + " give --language, or omit --min-language-probability");
    }
    return factory.identifies();
  }

  private Optional<ClusterResult> cluster(StageSummary summary) {
    boolean asked = summary.written() > summary.failed() || options.recluster();
    if (options.clusters().method() == ClusterMethod.NONE
        || factory.speakerFingerprint().isEmpty()
        || !asked) {
      return Optional.empty();
    }
    spark.sparkContext().setJobDescription("cluster speakers");
    return new SpeakerClusters(spark, options.clusters(), factory.speakerFingerprint())
        .assign(TableRef.of(spark, options.stage().table()), summary.runId());
  }
}
