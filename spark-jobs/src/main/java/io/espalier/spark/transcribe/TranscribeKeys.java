package io.espalier.spark.transcribe;

import io.espalier.conf.ConfKey;
import io.espalier.pruning.GateOptions;
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
  /** Which modules run. */
  public static final ConfKey<String> GATES =
      ConfKey.text(
          "gates",
          GateOptions.DEFAULTS.gates(),
          "Modules that run: learned uses the bundle's predictors (all modules run if it has none),"
              + " open runs all, fixed:ENCODER/DECODER runs the same for every utterance (a 1 or 0"
              + " for each module), random:ENCODER/DECODER:SEED runs these shares, drawn for each"
              + " utterance.");

  /** Contexts of the manifest. */
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

  /** Contexts that predictors use. */
  public static final ConfKey<String> GATE_CONTEXT =
      ConfKey.text(
          "gate-context",
          "all",
          "Context that learned gates use besides the frames: all, none, or names from speaker,"
              + " event, language, task, separated by commas.");

  /** Default target. */
  public static final ConfKey<Optional<String>> TARGET_SPARSITY =
      ConfKey.optionalText(
          "target-sparsity",
          "Share of closed modules that learned gates should reach for rows that name none, 0 to 1,"
              + " counted by FLOPs or by number as in training. Default: the bundle's own.");

  /** Names the table that {@code transcribe} writes and {@code score} and {@code report} read. */
  public static final ConfKey<String> TABLE =
      ConfKey.text("table", "transcripts", "Transcripts: a table or a Parquet path.");

  /** Beam width. */
  public static final ConfKey<Integer> BEAM =
      ConfKey.integer("beam", DecodingOptions.DEFAULTS.beam(), 1, 1000, "Beam width; 1 is greedy.");

  /** ESPnet release to follow. */
  public static final ConfKey<SearchRelease> SEARCH =
      ConfKey.choice(
          "search",
          DecodingOptions.DEFAULTS.search(),
          "ESPnet release whose scores and stopping rules the search follows: espnet-202611, or"
              + " espnet-202511 for releases up to 202511.");

  /** Weight of CTC in the search. */
  public static final ConfKey<Double> CTC_WEIGHT =
      ConfKey.decimal(
          "ctc-weight",
          DecodingOptions.DEFAULTS.ctcWeight(),
          0.0,
          1.0,
          "Weight of the CTC prefix score; the decoder's score has the rest.");

  /** Maximum number of tokens. */
  public static final ConfKey<Double> MAX_LEN_RATIO =
      ConfKey.decimal(
          "maxlenratio",
          DecodingOptions.DEFAULTS.maxLenRatio(),
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "Maximum number of tokens. 0: one per encoder frame, with end detection. Positive:"
              + " fraction of the encoder frames. Negative: number of tokens.");

  /** Minimum number of tokens. */
  public static final ConfKey<Double> MIN_LEN_RATIO =
      ConfKey.decimal(
          "minlenratio",
          DecodingOptions.DEFAULTS.minLenRatio(),
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "Minimum number of tokens. 0: none. Positive: fraction of the encoder frames. Negative:"
              + " number of tokens.");

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
          "Predicts timestamps also for audio of one window. Longer audio always has them.");

  /** Previous text in long audio. */
  public static final ConfKey<Boolean> CONDITION_ON_PREV_TEXT =
      ConfKey.flag(
          "condition-on-prev-text",
          DecodingOptions.DEFAULTS.conditionOnPrevText(),
          "Gives each window of long audio the text of the window before it.");

  /** End of a window of long audio. */
  public static final ConfKey<Double> END_TIME_THRESHOLD_S =
      ConfKey.decimal(
          "end-time-threshold-s",
          DecodingOptions.DEFAULTS.endTimeThresholdS(),
          0.0,
          Double.MAX_VALUE,
          "If the last timestamp of a window is later than this, in seconds, the last segment may"
              + " be cut off and is decoded again in the next window.");

  /** Shortest remainder of long audio. */
  public static final ConfKey<Double> SKIP_LAST_CHUNK_S =
      ConfKey.decimal(
          "skip-last-chunk-s",
          DecodingOptions.DEFAULTS.skipLastChunkS(),
          0.0,
          Double.MAX_VALUE,
          "A remainder of long audio that is shorter than this, in seconds, is skipped.");

  /** Default task. */
  public static final ConfKey<String> TASK =
      ConfKey.text("task", "asr", "Task of the rows that name none: asr, st_eng, ...");

  /** Padding of short audio. */
  public static final ConfKey<Padding> PAD =
      ConfKey.choice(
          "pad",
          Padding.FULL,
          "Padding of short audio: full is silence up to the window, as in ESPnet; none is cheaper,"
              + " but the model was not trained on it.");

  /** Size of a batch. */
  public static final ConfKey<Double> BATCH_SECONDS =
      ConfKey.decimal(
          "batch-seconds",
          240.0,
          1.0,
          Double.MAX_VALUE,
          "Seconds of padded audio that are computed together.");

  /** Columns to copy. */
  public static final ConfKey<String> KEEP =
      ConfKey.text(
          "keep", "", "Columns of the manifest to copy to the table, separated by commas.");

  /** Device of the model. */
  public static final ConfKey<String> DEVICE =
      ConfKey.text(
          "device",
          "auto",
          "auto uses the GPU that Spark assigned to the task, or the CPU if there is none; cpu,"
              + " cuda or cuda:N select one.");

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
