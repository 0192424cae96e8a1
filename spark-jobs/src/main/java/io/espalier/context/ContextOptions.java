package io.espalier.context;

import java.io.Serializable;

/**
 * The options of computing contexts.
 *
 * @param speakerWindowS longer recordings are cut for the speaker encoder into parts of equal
 *     length, at most this many seconds, whose vectors are averaged
 * @param eventWindowS longest audio for the event encoder, in seconds
 * @param batchSeconds seconds of padded audio that are computed together
 * @param minLanguageProbability minimum probability of an identified language
 * @param uncertainLanguage language to use instead of a less probable one; null to fail
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
