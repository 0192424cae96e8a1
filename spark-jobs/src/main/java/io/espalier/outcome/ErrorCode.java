package io.espalier.outcome;

/**
 * The closed list of reasons for which one row of a manifest can fail. It is written to the {@code
 * error_code} column, so a name here is part of the table format: add, never rename.
 */
public enum ErrorCode {
  /** The row itself is unusable: no id, no audio, or a segment that ends before it starts. */
  INVALID_ROW,
  /** The URI's scheme is not on the allow-list. */
  AUDIO_SCHEME_REFUSED,
  /** Nothing opens the URI's storage: no file system for its scheme, or a host not known. */
  AUDIO_STORAGE_UNAVAILABLE,
  /** Nothing is stored at the URI. */
  AUDIO_NOT_FOUND,
  /** The URI names a directory. */
  AUDIO_NOT_A_FILE,
  /** The storage answered, and refused to hand out the bytes. */
  AUDIO_UNREADABLE,
  /** Zero bytes, or a container without one sample. */
  AUDIO_EMPTY,
  /** More bytes than the limit. */
  AUDIO_TOO_LARGE,
  /** Not one of the allowed audio containers (text, playlists, archives, images). */
  AUDIO_FORMAT_REFUSED,
  /** A media file without an audio stream. */
  AUDIO_NO_STREAM,
  /** The container or the codec data is damaged. */
  AUDIO_CORRUPT,
  /** Fewer samples than the file declares. */
  AUDIO_TRUNCATED,
  /** Longer than the limit, as declared or as decoded. */
  AUDIO_TOO_LONG,
  /** Shorter than the front end can take. */
  AUDIO_TOO_SHORT,
  /** More channels than the limit. */
  AUDIO_TOO_MANY_CHANNELS,
  /** A sample rate outside the limits. */
  AUDIO_SAMPLE_RATE_REFUSED,
  /** Samples that are not finite numbers. */
  AUDIO_NOT_FINITE,
  /** Decoding took longer than the limit. */
  AUDIO_DECODE_TIMEOUT,
  /** The decoder process died while it worked on this file. */
  AUDIO_DECODER_CRASHED,
  /** The segment lies outside the recording. */
  AUDIO_SEGMENT_OUT_OF_RANGE,
  /** The model does not know the language. */
  LANGUAGE_UNKNOWN,
  /** The model identified a language with less probability than was asked for. */
  LANGUAGE_UNCERTAIN,
  /** The model does not know the task. */
  TASK_UNKNOWN,
  /** A prompt that leaves no room for text, or that the model cannot take. */
  PROMPT_REFUSED,
  /** The search ended without any complete hypothesis. */
  NO_HYPOTHESIS,
  /** One utterance alone does not fit into the device's memory. */
  OUT_OF_MEMORY
}
