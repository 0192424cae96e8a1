package io.espalier.spark.transcribe;

import io.espalier.conf.ConfKey;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Padding;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.SearchRelease;
import io.espalier.spark.context.SpeakerContext;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.task.AudioKeys;
import io.espalier.spark.task.TaskKeys;
import java.util.List;
import java.util.Optional;

/** Every configuration key of {@code espalier transcribe}. */
public final class TranscribeKeys {
  /** Who decides about the modules. */
  public static final ConfKey<String> GATES =
      ConfKey.text(
          "gates",
          GateChoice.Learned.DEFAULTS.text(),
          "Which modules run: learned asks the bundle's predictors (all run if it has none), open"
              + " runs all, fixed:ENCODER/DECODER the same for every utterance (a 1 or 0 for each"
              + " module), random:ENCODER/DECODER:SEED these shares, drawn anew for each.");

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

  /** What predictors may look at. */
  public static final ConfKey<String> GATE_CONTEXT =
      ConfKey.text(
          "gate-context",
          "all",
          "What learned gates may look at besides the frames: all, none, or names of speaker,"
              + " event, language, task with commas between.");

  /** Default target. */
  public static final ConfKey<Optional<String>> TARGET_SPARSITY =
      ConfKey.optionalText(
          "target-sparsity",
          "Share of the modules that learned gates should close for rows that name none, 0 to 1."
              + " Default: the bundle's own.");

  /** Names the table that {@code transcribe} writes and {@code score} and {@code report} read. */
  public static final ConfKey<String> TABLE =
      ConfKey.text("table", "transcripts", "Transcripts: a table or a Parquet path.");

  /** Beam width. */
  public static final ConfKey<Integer> BEAM =
      ConfKey.integer("beam", DecodingOptions.DEFAULTS.beam(), 1, 1000, "Beam width; 1 is greedy.");

  /** Whose search to follow. */
  public static final ConfKey<SearchRelease> SEARCH =
      ConfKey.choice(
          "search",
          DecodingOptions.DEFAULTS.search(),
          "ESPnet release whose scores and stopping rules the search follows: espnet-202611, or"
              + " espnet-202511 for those of 202511 and before.");

  /** Weight of CTC in the search. */
  public static final ConfKey<Double> CTC_WEIGHT =
      ConfKey.decimal(
          "ctc-weight",
          DecodingOptions.DEFAULTS.ctcWeight(),
          0.0,
          1.0,
          "Weight of the CTC prefix score; the decoder weighs the rest.");

  /** Most tokens. */
  public static final ConfKey<Double> MAX_LEN_RATIO =
      ConfKey.decimal(
          "maxlenratio",
          DecodingOptions.DEFAULTS.maxLenRatio(),
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "Most tokens: 0 is one per encoder frame with end detection, a positive value a fraction"
              + " of the encoder frames, a negative one a number of tokens.");

  /** Fewest tokens. */
  public static final ConfKey<Double> MIN_LEN_RATIO =
      ConfKey.decimal(
          "minlenratio",
          DecodingOptions.DEFAULTS.minLenRatio(),
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "Fewest tokens, likewise.");

  /** Reward of a token. */
  public static final ConfKey<Double> PENALTY =
      ConfKey.decimal(
          "penalty",
          DecodingOptions.DEFAULTS.penalty(),
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "Added to the score for each generated token.");

  /** Ranking of hypotheses. */
  public static final ConfKey<Boolean> NORMALIZE_LENGTH =
      ConfKey.flag(
          "normalize-length",
          DecodingOptions.DEFAULTS.normalizeLength(),
          "Ranks finished hypotheses by score per token.");

  /** Timestamps in short form. */
  public static final ConfKey<Boolean> TIMESTAMPS =
      ConfKey.flag(
          "timestamps",
          DecodingOptions.DEFAULTS.timestamps(),
          "Predicts timestamps for audio of one window too; longer audio always has them.");

  /** Context of long audio. */
  public static final ConfKey<Boolean> CONDITION_ON_PREV_TEXT =
      ConfKey.flag(
          "condition-on-prev-text",
          DecodingOptions.DEFAULTS.conditionOnPrevText(),
          "Gives each window of long audio the text of the windows before it.");

  /** End of a window of long audio. */
  public static final ConfKey<Double> END_TIME_THRESHOLD_S =
      ConfKey.decimal(
          "end-time-threshold-s",
          DecodingOptions.DEFAULTS.endTimeThresholdS(),
          0.0,
          Double.MAX_VALUE,
          "A last timestamp of a window beyond that many seconds is taken for the window's end.");

  /** Rest of long audio. */
  public static final ConfKey<Double> SKIP_LAST_CHUNK_S =
      ConfKey.decimal(
          "skip-last-chunk-s",
          DecodingOptions.DEFAULTS.skipLastChunkS(),
          0.0,
          Double.MAX_VALUE,
          "A rest of long audio shorter than that many seconds is left out.");

  /** Default task. */
  public static final ConfKey<String> TASK =
      ConfKey.text("task", "asr", "Task of the rows that name none: asr, st_eng, ...");

  /** Padding of short audio. */
  public static final ConfKey<Padding> PAD =
      ConfKey.choice(
          "pad",
          Padding.FULL,
          "Silence behind short audio: full as in ESPnet, or none, which is cheaper and not what"
              + " the model was trained on.");

  /** Size of a batch. */
  public static final ConfKey<Double> BATCH_SECONDS =
      ConfKey.decimal(
          "batch-seconds",
          240.0,
          1.0,
          Double.MAX_VALUE,
          "Seconds of padded audio that are computed at once.");

  /** Columns that pass through. */
  public static final ConfKey<String> KEEP =
      ConfKey.text(
          "keep", "", "Columns of the manifest to pass through to the table, separated by commas.");

  /** Where to compute. */
  public static final ConfKey<String> DEVICE =
      ConfKey.text(
          "device",
          "auto",
          "auto is the GPU that Spark assigned to the task, else the CPU; cpu, cuda or cuda:N force"
              + " one.");

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
          GATES,
          GATE_CONTEXT,
          TARGET_SPARSITY,
          SEARCH,
          BEAM,
          CTC_WEIGHT,
          MAX_LEN_RATIO,
          MIN_LEN_RATIO,
          PENALTY,
          NORMALIZE_LENGTH,
          TIMESTAMPS,
          CONDITION_ON_PREV_TEXT,
          END_TIME_THRESHOLD_S,
          SKIP_LAST_CHUNK_S,
          PAD,
          BATCH_SECONDS,
          StageKeys.COMMIT_EVERY,
          StageKeys.MAX_FAILED_FRACTION,
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
