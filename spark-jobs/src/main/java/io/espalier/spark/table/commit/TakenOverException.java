package io.espalier.spark.table.commit;

/** Another driver computes the run now, so that this one must end. */
public final class TakenOverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean anythingSent;

  /**
   * @param anythingSent see {@link #anythingSent}
   */
  TakenOverException(String message, boolean anythingSent) {
    super(message);
    this.anythingSent = anythingSent;
  }

  /** Whether an attempt to commit was made before, of which nobody knows any more how it ended. */
  boolean anythingSent() {
    return anythingSent;
  }
}
