package io.espalier.pruning;

/**
 * What is known about an utterance besides its audio, language and task, for the gate predictors to
 * look at.
 *
 * @param speaker embedding of the utterance's speaker, or the centroid of the cluster; null if
 *     unknown
 * @param event embedding of what it sounds like; null if unknown
 * @param targetSparsity share of the modules that should be closed, in [0, 1]; NaN for the model's
 *     own
 * @param speakerFlops what the speaker's embedding cost, one multiply-add being two
 * @param eventFlops what the event's embedding cost
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record UtteranceContext(
    float[] speaker, float[] event, double targetSparsity, long speakerFlops, long eventFlops) {
  /** Nothing is known. */
  public static final UtteranceContext NONE = new UtteranceContext(null, null, Double.NaN, 0, 0);
}
