package io.espalier.spark.task;

/** The values of the column {@code status}. */
public final class RowStatus {
  /** The utterance was computed. */
  public static final String OK = "ok";

  /** The utterance could not be computed. */
  public static final String FAILED = "failed";

  private RowStatus() {}
}
