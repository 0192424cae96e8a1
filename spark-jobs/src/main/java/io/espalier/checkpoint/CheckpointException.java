package io.espalier.checkpoint;

import java.io.IOException;

/** A model's files are there, and are not what they have to be. The message says which and how. */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  CheckpointException(String message) {
    super(message);
  }

  CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
