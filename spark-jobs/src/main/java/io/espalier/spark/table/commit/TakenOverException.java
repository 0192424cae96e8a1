package io.espalier.spark.table.commit;

/** Another driver computes the run now, so that this one must end. */
public final class TakenOverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TakenOverException(String message) {
    super(message);
  }
}
