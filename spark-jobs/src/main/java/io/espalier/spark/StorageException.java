package io.espalier.spark;

/**
 * The storage does not answer, or cannot be opened at all. No file is to blame, so this is no row's
 * failure: it ends the task.
 */
final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
