package io.espalier.cli;

/** The exit codes of the process. */
final class ExitCode {
  /** Done. */
  static final int DONE = 0;

  /** Done, but too many rows failed or the check does not hold. */
  static final int OVER_ERROR_BUDGET = 1;

  /** The command cannot run as written. */
  static final int USAGE = 2;

  /** The machine, the cluster or the storage fails. */
  static final int ENVIRONMENT = 3;

  /** Stopped by a signal; what was finished is written, and the same command goes on. */
  static final int STOPPED = 4;

  /** Another driver has taken over the run. */
  static final int TAKEN_OVER = 5;

  private ExitCode() {}
}
