package io.espalier.audio;

import io.espalier.outcome.ErrorCode;
import java.util.Objects;

/** A file cannot be used. It fails one row of the table, never the job. */
public final class AudioException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /**
   * @param code the row's {@code error_code}
   * @param message what is wrong, with the value and the limit or the fix
   */
  public AudioException(ErrorCode code, String message) {
    super(message);
    this.code = Objects.requireNonNull(code, "code is null");
  }

  /** The row's {@code error_code}. */
  public ErrorCode code() {
    return code;
  }
}
