package io.espalier.spark.stop;

/** A job ended early because it was asked to. What it had finished is kept. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoppedException(String message) {
    super(message);
  }
}
