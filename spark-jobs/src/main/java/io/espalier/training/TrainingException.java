package io.espalier.training;

/** A recipe, corpus or checkpoint that cannot be trained with; the message says what to change. */
public final class TrainingException extends RuntimeException {
  /** With a message for people. */
  public TrainingException(String message) {
    super(message);
  }

  /** With a message for people and what was behind it. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
