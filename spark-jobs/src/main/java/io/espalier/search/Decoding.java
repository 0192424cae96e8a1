package io.espalier.search;

import io.espalier.conf.ConfKey;
import io.espalier.conf.UsageException;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import java.io.Serializable;

/**
 * Everything that decides how a model decodes.
 *
 * @param options of the search
 * @param gates who decides about the model's modules
 * @param padding of short utterances
 * @param batchSeconds seconds of padded audio that are computed at once; at least one window goes
 *     in any case. No text depends on it.
 * @param windowContextS seconds at both ends of a window of long audio that an OWSM-CTC hears and
 *     whose text it leaves to the windows before and behind
 * @param frames which frames the later blocks of the encoder see
 * @param words whether words get times and confidence
 * @param skipSilence whether windows without speech are left out
 */
public record Decoding(
    DecodingOptions options,
    GateChoice gates,
    Padding padding,
    double batchSeconds,
    double windowContextS,
    FrameChoice frames,
    boolean words,
    boolean skipSilence)
    implements Serializable {
  /** What ESPnet's {@code batch_decode} has. */
  private static final double CONTEXT_S = 4;

  /** ESPnet's defaults, with the gates of the bundle's predictors. */
  public static final Decoding DEFAULTS =
      new Decoding(DecodingOptions.DEFAULTS, GateChoice.Learned.DEFAULTS, Padding.FULL, 240);

  /**
   * @throws UsageException if frames are to go while modules may be closed or words are timed
   */
  public Decoding {
    if (frames.isReducing() && !(gates instanceof GateChoice.Open)) {
      throw new UsageException(
          "Cannot reduce frames with gates %s: --frames %s needs all modules. Add --gates open"
              .formatted(gates.text(), frames.text()));
    }
    if (frames.isReducing() && words) {
      throw new UsageException(
          "Cannot time words with --frames %s: frames that went have no time. Omit one of the two"
              .formatted(frames.text()));
    }
  }

  /** With ESPnet's context around the windows of long audio, and without times of words. */
  public Decoding(
      DecodingOptions options,
      GateChoice gates,
      Padding padding,
      double batchSeconds,
      FrameChoice frames) {
    this(options, gates, padding, batchSeconds, CONTEXT_S, frames, false, false);
  }

  /** With all frames. */
  public Decoding(DecodingOptions options, GateChoice gates, Padding padding, double batchSeconds) {
    this(options, gates, padding, batchSeconds, FrameChoice.KEEP);
  }

  /** The same with or without times of words. */
  public Decoding withWords(boolean timed) {
    return new Decoding(
        options, gates, padding, batchSeconds, windowContextS, frames, timed, skipSilence);
  }

  /** The same with or without windows that have no speech. */
  public Decoding withSkipSilence(boolean skips) {
    return new Decoding(
        options, gates, padding, batchSeconds, windowContextS, frames, words, skips);
  }

  /** The same with another context around the windows of long audio. */
  public Decoding withWindowContextS(double seconds) {
    return new Decoding(options, gates, padding, batchSeconds, seconds, frames, words, skipSilence);
  }

  /** The values of {@link DecodingKeys}. */
  public interface Values {
    /** The value of a key: what was given, else its default. */
    <T> T get(ConfKey<T> key);
  }

  /**
   * Takes the settings out of a configuration.
   *
   * @throws IllegalArgumentException naming a value that cannot be used
   */
  public static Decoding of(Values values) {
    DecodingOptions options =
        new DecodingOptions(
            values.get(DecodingKeys.BEAM),
            values.get(DecodingKeys.CTC_WEIGHT),
            values.get(DecodingKeys.MAX_LEN_RATIO),
            values.get(DecodingKeys.MIN_LEN_RATIO),
            values.get(DecodingKeys.PENALTY),
            values.get(DecodingKeys.NORMALIZE_LENGTH),
            values.get(DecodingKeys.TIMESTAMPS),
            values.get(DecodingKeys.CONDITION_ON_PREV_TEXT),
            values.get(DecodingKeys.END_TIME_THRESHOLD_S),
            values.get(DecodingKeys.SKIP_LAST_CHUNK_S),
            values.get(DecodingKeys.SEARCH));
    return new Decoding(
        options,
        GateChoice.parse(values.get(DecodingKeys.GATES), learnedGates(values)),
        values.get(DecodingKeys.PAD),
        values.get(DecodingKeys.BATCH_SECONDS),
        values.get(DecodingKeys.WINDOW_CONTEXT_S),
        FrameChoice.parse(values.get(DecodingKeys.FRAMES)),
        values.get(DecodingKeys.WORDS),
        values.get(DecodingKeys.SKIP_SILENCE));
  }

  /**
   * What is asked of learned gates, whoever decides.
   *
   * @throws IllegalArgumentException naming a value that cannot be used
   */
  public static GateChoice.Learned learnedGates(Values values) {
    return new GateChoice.Learned(
        ContextKind.setOf(values.get(DecodingKeys.GATE_CONTEXT)),
        values.get(DecodingKeys.TARGET_SPARSITY).orElse(Double.NaN));
  }
}
