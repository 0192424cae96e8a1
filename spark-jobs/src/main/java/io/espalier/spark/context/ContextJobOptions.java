package io.espalier.spark.context;

import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.context.ContextOptions;
import io.espalier.spark.cluster.SpeakerClusters;
import io.espalier.spark.manifest.Languages;
import io.espalier.spark.task.SampleCache;
import io.espalier.spark.task.TranscribeWork;
import io.espalier.spark.transcribe.TranscribeKeys;
import io.espalier.spark.transcribe.TranscribeOptions;
import java.util.Locale;
import java.util.Optional;

/**
 * What one {@code context} job is to do.
 *
 * @param manifest a path or a table
 * @param table a path or a table
 * @param runId the run to begin or to resume; absent means the latest of the same fingerprint
 * @param language of rows that name none; null to identify it
 * @param limit rows to work on; 0 is all
 * @param commitEvery rows that are committed together, on average
 * @param maxFailedFraction share of failed rows beyond which the run is over its budget
 * @param partitions tasks per group; 0 is one per slot
 * @param context how contexts are computed
 * @param clusters how speakers are clustered
 * @param recluster whether to cluster although no row is new
 * @param work what the tasks need to know
 */
public record ContextJobOptions(
    String manifest,
    String table,
    Optional<String> runId,
    String language,
    int limit,
    int commitEvery,
    double maxFailedFraction,
    int partitions,
    ContextOptions context,
    SpeakerClusters.Options clusters,
    boolean recluster,
    TranscribeWork work) {
  private static final String FAIL = "fail";
  private static final String GPU = "gpu";

  /**
   * Takes the options out of a configuration.
   *
   * @throws UsageException if a required one is missing or two exclude each other
   */
  public static ContextJobOptions of(EspalierConf conf) {
    String device = conf.get(ContextKeys.CONTEXT_DEVICE).strip().toLowerCase(Locale.ROOT);
    return new ContextJobOptions(
        TranscribeOptions.required(conf, TranscribeKeys.MANIFEST),
        conf.get(ContextKeys.CONTEXTS),
        conf.get(TranscribeKeys.RUN_ID),
        TranscribeOptions.language(conf.get(TranscribeKeys.LANGUAGE)),
        conf.get(TranscribeKeys.LIMIT),
        conf.get(TranscribeKeys.COMMIT_EVERY),
        conf.get(TranscribeKeys.MAX_FAILED_FRACTION),
        conf.get(TranscribeKeys.PARTITIONS),
        context(conf),
        SpeakerClusters.Options.of(conf),
        conf.get(ContextKeys.RECLUSTER),
        // Spark's own word for the device of the task is ours for "whatever it gave us".
        TranscribeOptions.work(conf, device.equals(GPU) ? "auto" : device));
  }

  /** The same with another use of decoded samples. */
  public ContextJobOptions withSamples(SampleCache.Use samples) {
    return new ContextJobOptions(
        manifest,
        table,
        runId,
        language,
        limit,
        commitEvery,
        maxFailedFraction,
        partitions,
        context,
        clusters,
        recluster,
        work.withSamples(samples));
  }

  private static ContextOptions context(EspalierConf conf) {
    String uncertain = conf.get(ContextKeys.UNCERTAIN_LANGUAGE).strip();
    return new ContextOptions(
        conf.get(ContextKeys.SPEAKER_WINDOW_S),
        conf.get(ContextKeys.EVENT_WINDOW_S),
        conf.get(ContextKeys.CONTEXT_BATCH_SECONDS),
        conf.get(ContextKeys.MIN_LANGUAGE_PROBABILITY),
        uncertain.equalsIgnoreCase(FAIL)
            ? null
            : Languages.required(uncertain, "--uncertain-language"));
  }
}
