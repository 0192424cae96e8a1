package io.espalier.audio.decoder;

/**
 * Decoder processes cannot be started on this machine. No file is to blame, so this is no row's
 * failure: it ends the task.
 */
public final class DecoderUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DecoderUnavailableException(String message) {
    super(message);
  }

  DecoderUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
