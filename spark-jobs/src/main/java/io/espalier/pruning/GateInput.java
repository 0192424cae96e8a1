package io.espalier.pruning;

/**
 * What decides about the gates of one utterance besides its frames.
 *
 * @param id the utterance's
 * @param language a code such as {@code deu}; null if it is not known
 * @param task {@code asr}, {@code st_eng}, ...
 * @param frames encoder frames that are no padding
 */
public record GateInput(
    String id, String language, String task, UtteranceContext context, int frames) {}
