package io.espalier.search;

import io.espalier.conf.ConfKey;
import io.espalier.conf.UsageException;
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
          "Which modules run: learned asks the bundle's predictors (all run if it has none), open"
              + " runs all, fixed:ENCODER/DECODER the same for every utterance (a 1 or 0 for each"
              + " module), random:ENCODER/DECODER:SEED these shares, drawn anew for each.",
          DecodingKeys::gates);

  /** What predictors may look at. */
  public static final ConfKey<String> GATE_CONTEXT =
      ConfKey.text(
          "gate-context",
          "all",
          "CONTEXTS",
          "What learned gates may look at besides the frames: all, none, or names of speaker,"
              + " event, language, task with commas between.",
          DecodingKeys::contexts);

  /** Default target. */
  public static final ConfKey<Optional<Double>> TARGET_SPARSITY =
      ConfKey.optionalDecimal(
          "target-sparsity",
          0.0,
          1.0,
          "Share of the modules that learned gates should close for rows that name none, 0 to 1."
              + " Default: the bundle's own.");

  /** Whose search to follow. */
  public static final ConfKey<SearchRelease> SEARCH =
      ConfKey.choice(
          "search",
          DecodingOptions.DEFAULTS.search(),
          "ESPnet release whose scores and stopping rules the search follows: espnet-202611, or"
              + " espnet-202511 for those of 202511 and before.");

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

  /** Padding of short audio. */
  public static final ConfKey<Padding> PAD =
      ConfKey.choice(
          "pad",
          Decoding.DEFAULTS.padding(),
          "Silence behind short audio: full as in ESPnet, or none, which is cheaper and not what"
              + " the model was trained on.");

  /** Size of a batch. */
  public static final ConfKey<Double> BATCH_SECONDS =
      ConfKey.decimal(
          "batch-seconds",
          Decoding.DEFAULTS.batchSeconds(),
          1.0,
          Double.MAX_VALUE,
          "Seconds of padded audio that are computed at once.");

  private DecodingKeys() {}

  private static String gates(String text) {
    return checked(text, () -> GateChoice.parse(text, GateChoice.Learned.DEFAULTS));
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
