package io.espalier.spark.transcribe;

import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.search.Decoding;
import io.espalier.spark.context.SpeakerContext;
import io.espalier.spark.stage.StageOptions;
import io.espalier.spark.task.SampleUse;
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
        conf.get(TranscribeKeys.TASK),
        conf.names(TranscribeKeys.KEEP));
  }

  /** The same with another use of decoded samples. */
  public TranscribeOptions withSamples(SampleUse samples) {
    return new TranscribeOptions(
        stage.withSamples(samples), contexts, contextsRun, speakerContext, task, keep);
  }

  /**
   * How the model decodes, out of a configuration.
   *
   * @throws UsageException naming a value that cannot be used
   */
  public static Decoding decoding(EspalierConf conf) {
    try {
      return Decoding.of(conf::get);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
