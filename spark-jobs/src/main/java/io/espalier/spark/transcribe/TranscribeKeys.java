package io.espalier.spark.transcribe;

import io.espalier.conf.ConfKey;
import io.espalier.spark.context.SpeakerContext;
import io.espalier.spark.manifest.ManifestLabels;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.task.AudioKeys;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskKeys;
import java.util.List;
import java.util.Optional;

/** Every configuration key of {@code espalier transcribe}. */
public final class TranscribeKeys {
  /** Contexts to look at. */
  public static final ConfKey<Optional<String>> WITH_CONTEXTS =
      ConfKey.optionalText(
          "with-contexts",
          "Contexts of the manifest, as espalier context wrote them: speakers and sounds for the"
              + " gates, and languages where the manifest names none.");

  /** Run of the contexts. */
  public static final ConfKey<Optional<String>> CONTEXTS_RUN =
      ConfKey.optionalText(
          "contexts-run", "Run of the contexts table to take. Default: the last one.");

  /** What gates see of a speaker. */
  public static final ConfKey<SpeakerContext> SPEAKER_CONTEXT =
      ConfKey.choice(
          "speaker-context",
          SpeakerContext.UTTERANCE,
          "What gates see of a speaker: the utterance's own vector, or the centre of its cluster.");

  /** Names the table that {@code transcribe} writes and {@code score} and {@code report} read. */
  public static final ConfKey<String> TABLE =
      ConfKey.text("table", "transcripts", "Transcripts: a table or a Parquet path.");

  /** Default task. */
  public static final ConfKey<String> TASK =
      ConfKey.text(
          "task",
          "asr",
          "TASK",
          "Task of the rows that name none: asr, st_eng, ...",
          ManifestLabels::requireTask);

  /** Columns that pass through. */
  public static final ConfKey<String> KEEP =
      ConfKey.text(
          "keep", "", "Columns of the manifest to pass through to the table, separated by commas.");

  /** Where to compute. */
  public static final ConfKey<String> DEVICE =
      ConfKey.text(
          "device",
          "auto",
          "DEVICE",
          "auto is the GPU that Spark assigned to the task, else the CPU; cpu, cuda or cuda:N force"
              + " one.",
          TaskDevice::checked);

  /** All of them, in the order of the help page. */
  public static final List<ConfKey<?>> KEYS =
      List.of(
          StageKeys.MANIFEST,
          TABLE,
          StageKeys.BUNDLE,
          StageKeys.RUN_ID,
          StageKeys.LANGUAGE,
          TASK,
          KEEP,
          StageKeys.LIMIT,
          WITH_CONTEXTS,
          CONTEXTS_RUN,
          SPEAKER_CONTEXT,
          DEVICE,
          TaskKeys.GPU_ADDRESS,
          StageKeys.PARTITIONS,
          TaskKeys.THREADS,
          TaskKeys.DECODE_THREADS,
          TaskKeys.DECODE_AHEAD_MB,
          AudioKeys.AUDIO_SCHEMES,
          AudioKeys.AUDIO_MAX_MB,
          AudioKeys.AUDIO_MAX_DURATION_S,
          AudioKeys.AUDIO_MAX_CHANNELS,
          AudioKeys.AUDIO_MAX_SAMPLE_RATE,
          AudioKeys.AUDIO_TIMEOUT_S);

  private TranscribeKeys() {}
}
