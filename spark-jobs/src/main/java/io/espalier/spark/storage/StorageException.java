package io.espalier.spark.storage;

/**
 * The storage does not answer, or cannot be opened at all. No file is to blame, so this is no row's
 * failure: it ends the task.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
