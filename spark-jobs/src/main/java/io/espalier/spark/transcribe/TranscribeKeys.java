package io.espalier.spark.transcribe;

import io.espalier.conf.ConfKey;
import io.espalier.nn.PrecisionChoice;
import io.espalier.search.DecodingKeys;
import io.espalier.spark.context.SpeakerContext;
import io.espalier.spark.manifest.ManifestLabels;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.task.AudioKeys;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskKeys;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every configuration key of {@code espalier transcribe}. */
public final class TranscribeKeys {
  /** Contexts to look at. */
  public static final ConfKey<Optional<String>> WITH_CONTEXTS =
      ConfKey.optionalText(
          "with-contexts",
          "Contexts of the manifest, written by espalier context: speakers and sounds for the"
              + " gates, and languages for rows that name none.");

  /** Run of the contexts. */
  public static final ConfKey<Optional<String>> CONTEXTS_RUN =
      ConfKey.optionalText(
          "contexts-run", "Run of the contexts table to use. Default: the latest.");

  /** Speaker vector of the gates. */
  public static final ConfKey<SpeakerContext> SPEAKER_CONTEXT =
      ConfKey.choice(
          "speaker-context",
          SpeakerContext.UTTERANCE,
          "Speaker vector that gates use: the utterance's own (utterance), or the centre of its"
              + " cluster (cluster).");

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

  /** Columns to copy. */
  public static final ConfKey<String> KEEP =
      ConfKey.text(
          "keep", "", "Columns of the manifest to copy to the table, separated by commas.");

  /** Device of the model. */
  public static final ConfKey<String> DEVICE =
      ConfKey.text(
          "device",
          "auto",
          "DEVICE",
          "auto uses the GPU that Spark assigned to the task, or the CPU if there is none; cpu,"
              + " cuda or cuda:N select one.",
          TaskDevice::checked);

  /** Number format of the model. */
  public static final ConfKey<PrecisionChoice> PRECISION =
      ConfKey.choice(
          "precision",
          PrecisionChoice.FLOAT32,
          "What the model's matrix products compute in. float32 gives ESPnet's own results;"
              + " bfloat16 is about twice as fast on CPUs with AVX512-BF16 or AMX and on GPUs; int8"
              + " is for CPUs with VNNI, float16 for GPUs. auto is bfloat16 where the device has"
              + " it, else float32.");

  /** All of them, in the order of the help page. */
  public static final List<ConfKey<?>> KEYS =
      Stream.of(
              List.<ConfKey<?>>of(
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
                  DecodingKeys.GATES,
                  DecodingKeys.GATE_CONTEXT,
                  DecodingKeys.TARGET_SPARSITY,
                  DecodingKeys.FRAMES,
                  DecodingKeys.SEARCH,
                  DecodingKeys.BEAM,
                  DecodingKeys.CTC_WEIGHT,
                  DecodingKeys.MAX_LEN_RATIO,
                  DecodingKeys.MIN_LEN_RATIO,
                  DecodingKeys.PENALTY,
                  DecodingKeys.NORMALIZE_LENGTH,
                  DecodingKeys.TIMESTAMPS,
                  DecodingKeys.WORDS,
                  DecodingKeys.SKIP_SILENCE,
                  DecodingKeys.CONDITION_ON_PREV_TEXT,
                  DecodingKeys.END_TIME_THRESHOLD_S,
                  DecodingKeys.SKIP_LAST_CHUNK_S,
                  DecodingKeys.WINDOW_CONTEXT_S,
                  DecodingKeys.PAD,
                  DecodingKeys.BATCH_SECONDS),
              StageKeys.WORK,
              List.<ConfKey<?>>of(DEVICE, PRECISION, StageKeys.PARTITIONS),
              TaskKeys.KEYS,
              AudioKeys.KEYS)
          .flatMap(List::stream)
          .toList();

  private TranscribeKeys() {}
}
