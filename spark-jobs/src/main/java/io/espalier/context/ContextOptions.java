package io.espalier.context;

import java.io.Serializable;

/**
 * How contexts are computed.
 *
 * @param speakerWindowS longer recordings are cut for the speaker encoder into parts of equal
 *     length, at most this many seconds, whose vectors are averaged
 * @param eventWindowS likewise for the event encoder
 * @param batchSeconds seconds of padded audio that are computed at once
 * @param minLanguageProbability an identified language must be at least this probable
 * @param uncertainLanguage taken in place of a language that is less probable; null to fail
 */
public record ContextOptions(
    double speakerWindowS,
    double eventWindowS,
    double batchSeconds,
    double minLanguageProbability,
    String uncertainLanguage)
    implements Serializable {
  /** Whole recordings up to two minutes for speakers; BEATs was trained on ten seconds. */
  public static final ContextOptions DEFAULTS = new ContextOptions(120, 10, 120, 0, null);
}
