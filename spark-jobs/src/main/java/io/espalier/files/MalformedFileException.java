package io.espalier.files;

import java.io.IOException;

/** A model's files are there, and are not what they have to be. The message says which and how. */
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedFileException(String message) {
    super(message);
  }

  public MalformedFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
