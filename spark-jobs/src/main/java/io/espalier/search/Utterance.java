package io.espalier.search;

/**
 * One decoded utterance to transcribe.
 *
 * @param id unique within one call
 * @param samples mono 16 kHz samples in [-1, 1)
 * @param language a language code of the model's token list without brackets ({@code "eng"}), or
 *     null to let the model identify it
 * @param task {@code "asr"}, {@code "st_eng"}, ...
 * @param textPrev text that was said before, or null
 */
@SuppressWarnings("ArrayRecordComponent") // Samples are handed on, never compared.
public record Utterance(
    String id, float[] samples, String language, String task, String textPrev) {}
