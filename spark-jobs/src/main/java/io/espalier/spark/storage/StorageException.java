package io.espalier.spark.storage;

/**
 * The storage does not answer or cannot be opened. This is not the failure of one row, so it ends
 * the task.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
