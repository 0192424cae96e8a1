package io.espalier.spark.transcribe;

import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.spark.context.SpeakerContext;
import io.espalier.spark.manifest.ManifestLabels;
import io.espalier.spark.stage.StageOptions;
import io.espalier.spark.task.SampleCache;
import java.util.List;
import java.util.Optional;

/**
 * What one {@code transcribe} job is to do, apart from how the model decodes.
 *
 * @param stage what every stage has to know
 * @param contexts table of the contexts that gates look at
 * @param contextsRun its run; absent for the last
 * @param speakerContext what gates see of a speaker
 * @param task of rows that name none
 * @param keep columns of the manifest that pass through
 */
public record TranscribeOptions(
    StageOptions stage,
    Optional<String> contexts,
    Optional<String> contextsRun,
    SpeakerContext speakerContext,
    String task,
    List<String> keep) {
  /**
   * Takes the options out of a configuration.
   *
   * @throws UsageException if a required one is missing, or a value is none
   */
  public static TranscribeOptions of(EspalierConf conf) {
    return new TranscribeOptions(
        StageOptions.of(conf, TranscribeKeys.TABLE, conf.get(TranscribeKeys.DEVICE)),
        conf.get(TranscribeKeys.WITH_CONTEXTS),
        conf.get(TranscribeKeys.CONTEXTS_RUN),
        conf.get(TranscribeKeys.SPEAKER_CONTEXT),
        ManifestLabels.requireTask(conf.get(TranscribeKeys.TASK)),
        conf.names(TranscribeKeys.KEEP));
  }

  /** The same with another use of decoded samples. */
  public TranscribeOptions withSamples(SampleCache.Use samples) {
    return new TranscribeOptions(
        stage.withSamples(samples), contexts, contextsRun, speakerContext, task, keep);
  }

  /** How the model decodes, out of a configuration. */
  public static DecodingOptions decoding(EspalierConf conf) {
    try {
      return new DecodingOptions(
          conf.get(TranscribeKeys.BEAM),
          conf.get(TranscribeKeys.CTC_WEIGHT),
          conf.get(TranscribeKeys.MAX_LEN_RATIO),
          conf.get(TranscribeKeys.MIN_LEN_RATIO),
          conf.get(TranscribeKeys.PENALTY),
          conf.get(TranscribeKeys.NORMALIZE_LENGTH),
          conf.get(TranscribeKeys.TIMESTAMPS),
          conf.get(TranscribeKeys.CONDITION_ON_PREV_TEXT),
          conf.get(TranscribeKeys.END_TIME_THRESHOLD_S),
          conf.get(TranscribeKeys.SKIP_LAST_CHUNK_S),
          conf.get(TranscribeKeys.SEARCH));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  /** Who decides about the model's modules, out of a configuration. */
  public static GateChoice gates(EspalierConf conf) {
    GateChoice.Learned learned = learnedGates(conf);
    try {
      return GateChoice.parse(conf.get(TranscribeKeys.GATES), learned);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  /** What is asked of learned gates, out of a configuration. */
  static GateChoice.Learned learnedGates(EspalierConf conf) {
    try {
      return new GateChoice.Learned(
          ContextKind.setOf(conf.get(TranscribeKeys.GATE_CONTEXT)),
          conf.get(TranscribeKeys.TARGET_SPARSITY)
              .map(TranscribeOptions::share)
              .orElse(Double.NaN));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static double share(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Invalid target sparsity: %s, must be a number between 0 and 1".formatted(text), e);
    }
  }
}
