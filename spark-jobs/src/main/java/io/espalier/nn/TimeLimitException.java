package io.espalier.nn;

/** A computation has taken longer than its windows may take together. */
public final class TimeLimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TimeLimitException(String message) {
    super(message);
  }
}
