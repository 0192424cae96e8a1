package io.espalier.cli;

/** What the process says when it ends. */
final class ExitCode {
  /** Done. */
  static final int DONE = 0;

  /** Done, but not all rows are as they should be. */
  static final int OVER_ERROR_BUDGET = 1;

  /** The call cannot be carried out as written. */
  static final int USAGE = 2;

  /** The machine, the cluster or the storage does not play along. */
  static final int ENVIRONMENT = 3;

  private ExitCode() {}
}
