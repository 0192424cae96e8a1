package io.espalier.files;

import java.io.IOException;

/** A file exists but is malformed; the message says which file and what is wrong. */
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedFileException(String message) {
    super(message);
  }

  public MalformedFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
