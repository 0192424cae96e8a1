package io.espalier.spark.stage;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.LanguageCodes;
import io.espalier.spark.quarantine.QuarantineOptions;
import io.espalier.spark.task.SampleUse;
import io.espalier.spark.task.TaskOptions;
import java.time.Duration;
import java.util.Optional;

/**
 * The options of every stage.
 *
 * @param manifest a path or a table
 * @param table that the stage writes: a path or a table
 * @param runId the run to start or resume; absent means the latest with the same fingerprint
 * @param language of rows that name none; null to identify it
 * @param limit number of rows to process; 0 means all
 * @param commits when rows are committed
 * @param maxFailedFraction share of rows that may fail
 * @param partitions tasks for the rows of a commit; 0 to decide
 * @param startTimeout time that the first task may wait for a slot
 * @param stopTimeout time that the job may take to end when it is asked to
 * @param quarantine what may happen before a row that ends processes fails
 * @param tasks the options of the tasks
 */
public record StageOptions(
    String manifest,
    String table,
    Optional<String> runId,
    String language,
    int limit,
    CommitOptions commits,
    double maxFailedFraction,
    int partitions,
    Duration startTimeout,
    Duration stopTimeout,
    QuarantineOptions quarantine,
    TaskOptions tasks) {
  /**
   * Takes the options out of a configuration.
   *
   * @param table the key that names the stage's table
   * @param device as the stage's own key has it
   * @throws UsageException if the manifest is missing or a value is invalid
   */
  public static StageOptions of(EspalierConf conf, ConfKey<String> table, String device) {
    return new StageOptions(
        conf.required(StageKeys.MANIFEST),
        conf.get(table),
        conf.get(StageKeys.RUN_ID),
        LanguageCodes.option(conf.get(StageKeys.LANGUAGE), "--language").orElse(null),
        conf.get(StageKeys.LIMIT),
        CommitOptions.of(conf),
        conf.get(StageKeys.MAX_FAILED_FRACTION),
        conf.get(StageKeys.PARTITIONS),
        Duration.ofSeconds(conf.get(StageKeys.START_TIMEOUT_S)),
        Duration.ofSeconds(conf.get(StageKeys.STOP_TIMEOUT_S)),
        QuarantineOptions.of(conf),
        TaskOptions.of(conf, device));
  }

  /** The same options with another use of decoded samples. */
  public StageOptions withSamples(SampleUse samples) {
    return new StageOptions(
        manifest,
        table,
        runId,
        language,
        limit,
        commits,
        maxFailedFraction,
        partitions,
        startTimeout,
        stopTimeout,
        quarantine,
        tasks.withSamples(samples));
  }
}
