package io.espalier.spark.context;

import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.context.ContextOptions;
import io.espalier.spark.cluster.ClusterOptions;
import io.espalier.spark.stage.StageOptions;
import io.espalier.spark.task.SampleUse;
import java.util.Locale;

/**
 * The options of one {@code context} job.
 *
 * @param stage the options of every stage
 * @param context how contexts are computed
 * @param clusters how speakers are clustered
 * @param recluster whether to cluster even if there are no new rows
 */
public record ContextJobOptions(
    StageOptions stage, ContextOptions context, ClusterOptions clusters, boolean recluster) {
  /**
   * Takes the options out of a configuration.
   *
   * @throws UsageException if a required one is missing or two exclude each other
   */
  public static ContextJobOptions of(EspalierConf conf) {
    return new ContextJobOptions(
        StageOptions.of(conf, ContextKeys.CONTEXTS, conf.get(ContextKeys.CONTEXT_DEVICE)),
        context(conf),
        clusters(conf),
        conf.get(ContextKeys.RECLUSTER));
  }

  /** The same options with another use of decoded samples. */
  public ContextJobOptions withSamples(SampleUse samples) {
    return new ContextJobOptions(stage.withSamples(samples), context, clusters, recluster);
  }

  /** How contexts are computed, out of a configuration. */
  public static ContextOptions context(EspalierConf conf) {
    String uncertain = conf.get(ContextKeys.UNCERTAIN_LANGUAGE);
    return new ContextOptions(
        conf.get(ContextKeys.SPEAKER_WINDOW_S),
        conf.get(ContextKeys.EVENT_WINDOW_S),
        conf.get(ContextKeys.CONTEXT_BATCH_SECONDS),
        conf.get(ContextKeys.MIN_LANGUAGE_PROBABILITY),
        uncertain.equals(ContextKeys.FAIL) ? null : uncertain);
  }

  private static ClusterOptions clusters(EspalierConf conf) {
    int least = conf.get(ContextKeys.MIN_CLUSTERS);
    int most = conf.get(ContextKeys.MAX_CLUSTERS);
    if (least > most) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Invalid --min-clusters: %d, must be at most --max-clusters, which is %d",
              least,
              most));
    }
    return new ClusterOptions(
        conf.get(ContextKeys.CLUSTERING),
        conf.get(ContextKeys.CLUSTERS),
        least,
        most,
        conf.get(ContextKeys.CLUSTER_MODEL),
        conf.get(ContextKeys.CLUSTER_SEED));
  }
}
