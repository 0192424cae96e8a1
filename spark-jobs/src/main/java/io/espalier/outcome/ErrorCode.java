package io.espalier.outcome;

/**
 * The closed list of reasons why a row of a manifest can fail. Its names are the values of the
 * column {@code error_code}, so they are part of the table format: add names, never rename them.
 */
public enum ErrorCode {
  /** The row itself is unusable: no id, no audio, or a segment that ends before it starts. */
  INVALID_ROW,
  /** The URI's scheme is not on the allow-list. */
  AUDIO_SCHEME_REFUSED,
  /** Nothing opens the URI's storage: no file system for its scheme, or an unknown host. */
  AUDIO_STORAGE_UNAVAILABLE,
  /** Nothing is stored at the URI. */
  AUDIO_NOT_FOUND,
  /** The URI names a directory. */
  AUDIO_NOT_A_FILE,
  /** The storage answered but did not return the bytes. */
  AUDIO_UNREADABLE,
  /** Zero bytes, or a container without samples. */
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
  /** Too short for the front end. */
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
  /** The probability of the identified language is below the required minimum. */
  LANGUAGE_UNCERTAIN,
  /** The model does not know the task. */
  TASK_UNKNOWN,
  /** A prompt that leaves no room for text, or that the model does not support. */
  PROMPT_REFUSED,
  /** The search ended without any complete hypothesis. */
  NO_HYPOTHESIS,
  /** One utterance alone does not fit into the device's memory. */
  OUT_OF_MEMORY,
  /** One utterance alone takes the model longer than the limit. */
  INFERENCE_TIMEOUT,
  /** The process that computed this row alone died of a fault in native code. */
  NATIVE_CRASH,
  /** The process that computed this row alone was killed for want of memory. */
  OUT_OF_MEMORY_KILLED
}
