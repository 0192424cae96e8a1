package io.espalier.search;

import io.espalier.pruning.UtteranceContext;

/**
 * One stretch of speech to decode.
 *
 * @param samples at most as many as the model's window has
 * @param language token id, or negative to identify it
 * @param task token id
 * @param textPrev ids of what was said before, or null
 * @param id of the utterance
 * @param context what gate predictors look at besides
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Window(
    float[] samples,
    int language,
    int task,
    int[] textPrev,
    boolean timestamps,
    String id,
    UtteranceContext context) {
  /** A window of which nothing else is known. */
  Window(float[] samples, int language, int task, int[] textPrev, boolean timestamps) {
    this(samples, language, task, textPrev, timestamps, "", UtteranceContext.NONE);
  }
}
