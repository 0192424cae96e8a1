package io.espalier.spark.export.format;

import java.io.Serializable;

/**
 * Writes recordings as text. A file is the head, the recordings with {@link #between} between them,
 * and the tail.
 */
public interface TranscriptFormat extends Serializable {
  /** The start of a file. */
  default String head() {
    return "";
  }

  /** What a recording adds to a file. */
  String body(Recording recording);

  /** What stands between two recordings in one file. */
  default String between() {
    return "";
  }

  /** The end of a file. */
  default String tail() {
    return "";
  }
}
