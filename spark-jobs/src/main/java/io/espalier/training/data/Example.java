package io.espalier.training.data;

import java.util.Map;

/**
 * One utterance to train on, without its features.
 *
 * @param id unique in the corpus
 * @param language of the speech, ISO 639-3; null where a model is not told
 * @param task what the manifest asks for, {@code asr}, {@code st_eng}, ...
 * @param texts columns of the manifest by name, such as {@code reference} and {@code transcript}
 * @param frames log-mel frames up to the end of the speech
 * @param speaker embedding of the speaker; null if unknown
 * @param event embedding of what it sounds like; null if unknown
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Example(
    String id,
    String language,
    String task,
    Map<String, String> texts,
    int frames,
    float[] speaker,
    float[] event) {
  /** Column of what the task's hypothesis is compared with. */
  public static final String REFERENCE = "reference";

  /** Column of what was said, word for word: the target of CTC, whatever the task. */
  public static final String TRANSCRIPT = "transcript";

  /** Column of what was said before. */
  public static final String TEXT_PREV = "text_prev";

  public Example {
    texts = Map.copyOf(texts);
  }

  /** The same utterance as a model is told about it. */
  public Example told(String spoken) {
    return new Example(id, spoken, task, texts, frames, speaker, event);
  }

  /** An utterance without embeddings. */
  public Example(String id, String language, String task, Map<String, String> texts, int frames) {
    this(id, language, task, texts, frames, null, null);
  }
}
