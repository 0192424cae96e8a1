package io.espalier.spark.transcribe;

import static io.espalier.spark.transcribe.TranscribeKeys.AUDIO_MAX_CHANNELS;
import static io.espalier.spark.transcribe.TranscribeKeys.AUDIO_MAX_DURATION_S;
import static io.espalier.spark.transcribe.TranscribeKeys.AUDIO_MAX_MB;
import static io.espalier.spark.transcribe.TranscribeKeys.AUDIO_MAX_SAMPLE_RATE;
import static io.espalier.spark.transcribe.TranscribeKeys.AUDIO_SCHEMES;
import static io.espalier.spark.transcribe.TranscribeKeys.AUDIO_TIMEOUT_S;

import io.espalier.audio.AudioLimits;
import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.search.Decoding;
import io.espalier.spark.context.SpeakerContext;
import io.espalier.spark.manifest.Languages;
import io.espalier.spark.manifest.ManifestLabels;
import io.espalier.spark.task.SampleCache;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TranscribeWork;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one {@code transcribe} job is to do, apart from how the model decodes.
 *
 * @param manifest a path or a table
 * @param table a path or a table
 * @param runId the run to begin or to resume; absent means the latest of the same fingerprint
 * @param contexts table of the contexts that gates look at
 * @param contextsRun its run; absent for the last
 * @param speakerContext what gates see of a speaker
 * @param language of rows that name none; null to identify it
 * @param task of rows that name none
 * @param keep columns of the manifest that pass through
 * @param commitEvery rows that are committed together, on average
 * @param maxFailedFraction share of failed rows beyond which the run is over its budget
 * @param partitions tasks per group; 0 is one per slot
 * @param limit rows to work on; 0 is all
 * @param work what the tasks need to know
 */
public record TranscribeOptions(
    String manifest,
    String table,
    Optional<String> runId,
    Optional<String> contexts,
    Optional<String> contextsRun,
    SpeakerContext speakerContext,
    String language,
    String task,
    List<String> keep,
    int commitEvery,
    double maxFailedFraction,
    int partitions,
    int limit,
    TranscribeWork work) {

  private static final int MIB = 1 << 20;

  /**
   * Takes the options out of a configuration.
   *
   * @throws UsageException if a required one is missing
   */
  public static TranscribeOptions of(EspalierConf conf) {
    return new TranscribeOptions(
        required(conf, TranscribeKeys.MANIFEST),
        conf.get(TranscribeKeys.TABLE),
        conf.get(TranscribeKeys.RUN_ID),
        conf.get(TranscribeKeys.WITH_CONTEXTS),
        conf.get(TranscribeKeys.CONTEXTS_RUN),
        conf.get(TranscribeKeys.SPEAKER_CONTEXT),
        language(conf.get(TranscribeKeys.LANGUAGE)),
        ManifestLabels.requireTask(conf.get(TranscribeKeys.TASK)),
        names(conf.get(TranscribeKeys.KEEP)),
        conf.get(TranscribeKeys.COMMIT_EVERY),
        conf.get(TranscribeKeys.MAX_FAILED_FRACTION),
        conf.get(TranscribeKeys.PARTITIONS),
        conf.get(TranscribeKeys.LIMIT),
        work(conf, conf.get(TranscribeKeys.DEVICE)));
  }

  /** The same with another use of decoded samples. */
  public TranscribeOptions withSamples(SampleCache.Use samples) {
    return new TranscribeOptions(
        manifest,
        table,
        runId,
        contexts,
        contextsRun,
        speakerContext,
        language,
        task,
        keep,
        commitEvery,
        maxFailedFraction,
        partitions,
        limit,
        work.withSamples(samples));
  }

  /** What the tasks of any stage need to know. */
  public static TranscribeWork work(EspalierConf conf, String device) {
    return new TranscribeWork(
        names(conf.get(AUDIO_SCHEMES).toLowerCase(Locale.ROOT)),
        limits(conf),
        conf.get(TranscribeKeys.DECODE_THREADS),
        (long) conf.get(TranscribeKeys.DECODE_AHEAD_MB) * MIB,
        TaskDevice.checked(device),
        conf.get(TranscribeKeys.GPU_ADDRESS),
        SampleCache.Use.NONE,
        conf.get(TranscribeKeys.THREADS));
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

  /**
   * The value of a key that has no default.
   *
   * @throws UsageException if there is none
   */
  public static String required(EspalierConf conf, ConfKey<Optional<String>> key) {
    return conf.get(key)
        .orElseThrow(
            () ->
                new UsageException(
                    "Missing --%s: give the option or set %s"
                        .formatted(key.name(), key.property())));
  }

  /** The ISO 639-3 code of a language option, or null for {@code auto}. */
  public static String language(String text) {
    String language = Languages.required(text, "--language");
    return Languages.IDENTIFY.equals(language) ? null : language;
  }

  private static List<String> names(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  private static AudioLimits limits(EspalierConf conf) {
    return new AudioLimits(
        (long) conf.get(AUDIO_MAX_MB) * MIB,
        conf.get(AUDIO_MAX_DURATION_S),
        conf.get(AUDIO_MAX_CHANNELS),
        AudioLimits.DEFAULT_MIN_SAMPLE_RATE,
        conf.get(AUDIO_MAX_SAMPLE_RATE),
        conf.get(AUDIO_TIMEOUT_S) * 1000L);
  }
}
