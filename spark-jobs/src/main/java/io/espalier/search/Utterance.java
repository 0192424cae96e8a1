package io.espalier.search;

import io.espalier.pruning.UtteranceContext;

/**
 * One decoded utterance to transcribe.
 *
 * @param id unique within one call
 * @param samples mono 16 kHz samples in [-1, 1)
 * @param language a language code of the model's token list without brackets ({@code "eng"}), or
 *     null to let the model identify it
 * @param task {@code "asr"}, {@code "st_eng"}, ...
 * @param textPrev text that was said before, or null
 * @param context what gate predictors look at besides
 */
@SuppressWarnings("ArrayRecordComponent") // Samples are handed on, never compared.
public record Utterance(
    String id,
    float[] samples,
    String language,
    String task,
    String textPrev,
    UtteranceContext context) {

  /** An utterance of which nothing else is known. */
  public Utterance(String id, float[] samples, String language, String task, String textPrev) {
    this(id, samples, language, task, textPrev, UtteranceContext.NONE);
  }
}
