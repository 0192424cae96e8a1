package io.espalier.search;

import io.espalier.conf.ConfKey;
import io.espalier.conf.UsageException;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.SearchRelease;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Every configuration key that decides how a model decodes. {@link Decoding#of} reads them all,
 * from the options of {@code espalier transcribe} and from the arguments of DJL's {@code Criteria}
 * alike.
 */
public final class DecodingKeys {
  /** Who decides about the modules. */
  public static final ConfKey<String> GATES =
      ConfKey.text(
          "gates",
          Decoding.DEFAULTS.gates().text(),
          "GATES",
          "Modules that run: learned uses the bundle's predictors (all modules run if it has none),"
              + " open runs all, fixed:ENCODER/DECODER runs the same for every utterance (a 1 or 0"
              + " for each module), by-language:CODE=ENCODER/DECODER,... the same for every"
              + " utterance of a language, random:ENCODER/DECODER:SEED runs these shares, drawn for"
              + " each utterance.",
          DecodingKeys::gates);

  /** What predictors may look at. */
  public static final ConfKey<String> GATE_CONTEXT =
      ConfKey.text(
          "gate-context",
          "all",
          "CONTEXTS",
          "Context that learned gates use besides the frames: all, none, or names from speaker,"
              + " event, language, task, separated by commas.",
          DecodingKeys::contexts);

  /** Default target. */
  public static final ConfKey<Optional<Double>> TARGET_SPARSITY =
      ConfKey.optionalDecimal(
          "target-sparsity",
          0.0,
          1.0,
          "Share of closed modules that learned gates should reach for rows that name none, 0 to 1,"
              + " counted by FLOPs or by number as in training. Default: the bundle's own.");

  /** Frames of the later blocks. */
  public static final ConfKey<String> FRAMES =
      ConfKey.text(
          "frames",
          FrameChoice.KEEP.text(),
          "FRAMES",
          "Frames that the encoder's later blocks, the decoder and CTC see: keep is all of them,"
              + " drop:SHARE@LAYER leaves out this share of each utterance's frames behind that"
              + " block, those with the least attention, merge:SHARE@LAYER joins neighbours that"
              + " are most alike. Needs --gates open.",
          DecodingKeys::frames);

  /** Whose search to follow. */
  public static final ConfKey<SearchRelease> SEARCH =
      ConfKey.choice(
          "search",
          DecodingOptions.DEFAULTS.search(),
          "ESPnet release whose scores and stopping rules the search follows: espnet-202611, or"
              + " espnet-202511 for releases up to 202511.");

  /** Beam width. */
  public static final ConfKey<Integer> BEAM =
      ConfKey.integer("beam", DecodingOptions.DEFAULTS.beam(), 1, 1000, "Beam width; 1 is greedy.");

  /** Weight of CTC in the search. */
  public static final ConfKey<Double> CTC_WEIGHT =
      ConfKey.decimal(
          "ctc-weight",
          DecodingOptions.DEFAULTS.ctcWeight(),
          0.0,
          1.0,
          "Weight of the CTC prefix score; the decoder's score has the rest.");

  /** Most tokens. */
  public static final ConfKey<Double> MAX_LEN_RATIO =
      ConfKey.decimal(
          "maxlenratio",
          DecodingOptions.DEFAULTS.maxLenRatio(),
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "Maximum number of tokens. 0: one per encoder frame, with end detection. Positive:"
              + " fraction of the encoder frames. Negative: number of tokens.");

  /** Fewest tokens. */
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

  /** Times of words. */
  public static final ConfKey<Boolean> WORDS =
      ConfKey.flag(
          "words",
          Decoding.DEFAULTS.words(),
          "Fills the column words with each word's start, end and confidence, from aligning the"
              + " text with CTC. Translations have none.");

  /** Silence. */
  public static final ConfKey<Boolean> SKIP_SILENCE =
      ConfKey.flag(
          "skip-silence",
          Decoding.DEFAULTS.skipSilence(),
          "Leaves out audio in which nothing stands out from the recording's background: it costs"
              + " nothing and gives no text.");

  /** Context of long audio. */
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

  /** Rest of long audio. */
  public static final ConfKey<Double> SKIP_LAST_CHUNK_S =
      ConfKey.decimal(
          "skip-last-chunk-s",
          DecodingOptions.DEFAULTS.skipLastChunkS(),
          0.0,
          Double.MAX_VALUE,
          "A remainder of long audio that is shorter than this, in seconds, is skipped.");

  /** Context of the windows of long audio. */
  public static final ConfKey<Double> WINDOW_CONTEXT_S =
      ConfKey.decimal(
          "window-context-s",
          Decoding.DEFAULTS.windowContextS(),
          0.0,
          14.0,
          "OWSM-CTC only: seconds at both ends of a window of long audio that are heard, and whose"
              + " text comes from the windows before and behind.");

  /** Padding of short audio. */
  public static final ConfKey<Padding> PAD =
      ConfKey.choice(
          "pad",
          Decoding.DEFAULTS.padding(),
          "Silence behind short audio: full pads to the window, as in ESPnet; bucket pads to the"
              + " next of a few lengths, which is cheaper; none adds nothing, which is cheapest,"
              + " but no model is trained on it.");

  /** Size of a batch. */
  public static final ConfKey<Double> BATCH_SECONDS =
      ConfKey.decimal(
          "batch-seconds",
          Decoding.DEFAULTS.batchSeconds(),
          1.0,
          Double.MAX_VALUE,
          "Seconds of padded audio that are computed together: the shorter the windows, the more of"
              + " them.");

  private DecodingKeys() {}

  private static String gates(String text) {
    return checked(text, () -> GateChoice.parse(text, GateChoice.Learned.DEFAULTS));
  }

  private static String frames(String text) {
    return checked(text, () -> FrameChoice.parse(text));
  }

  private static String contexts(String text) {
    return checked(text, () -> ContextKind.setOf(text));
  }

  /** The text, if something can be made of it. */
  private static String checked(String text, Supplier<?> maker) {
    try {
      var unused = maker.get();
      return text;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
