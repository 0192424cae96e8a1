package io.espalier.training.corpus;

/** A grammar, voice list or recipe that cannot be used as it is written. */
public final class GrammarException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  GrammarException(String message) {
    super(message);
  }
}
