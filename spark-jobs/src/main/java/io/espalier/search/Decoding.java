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
 * @param frames which frames the later blocks of the encoder see
 */
public record Decoding(
    DecodingOptions options,
    GateChoice gates,
    Padding padding,
    double batchSeconds,
    FrameChoice frames)
    implements Serializable {
  /** ESPnet's defaults, with the gates of the bundle's predictors. */
  public static final Decoding DEFAULTS =
      new Decoding(DecodingOptions.DEFAULTS, GateChoice.Learned.DEFAULTS, Padding.FULL, 240);

  /**
   * @throws UsageException if frames are to go while modules may be closed
   */
  public Decoding {
    if (frames.isReducing() && !(gates instanceof GateChoice.Open)) {
      throw new UsageException(
          "Cannot reduce frames with gates %s: --frames %s needs all modules. Add --gates open"
              .formatted(gates.text(), frames.text()));
    }
  }

  /** With all frames. */
  public Decoding(DecodingOptions options, GateChoice gates, Padding padding, double batchSeconds) {
    this(options, gates, padding, batchSeconds, FrameChoice.KEEP);
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
        FrameChoice.parse(values.get(DecodingKeys.FRAMES)));
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
