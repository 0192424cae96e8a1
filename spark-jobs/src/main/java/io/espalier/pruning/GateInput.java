package io.espalier.pruning;

/**
 * What decides about the gates of one utterance besides its frames.
 *
 * @param id the utterance's
 * @param language a code such as {@code deu}; null if it is not known
 * @param task {@code asr}, {@code st_eng}, ...
 * @param frames encoder frames that are no padding
 * @param computed encoder frames of the utterance alone, its own padding included
 */
public record GateInput(
    String id, String language, String task, UtteranceContext context, int frames, int computed) {

  /** Of an utterance without padding of its own. */
  public GateInput(String id, String language, String task, UtteranceContext context, int frames) {
    this(id, language, task, context, frames, frames);
  }
}
