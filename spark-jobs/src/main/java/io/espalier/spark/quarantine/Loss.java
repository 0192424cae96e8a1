package io.espalier.spark.quarantine;

import io.espalier.outcome.ErrorCode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a process is gone, as far as the words of the cluster manager tell.
 *
 * @param code of the rows that it computed; absent if they have nothing to do with it
 * @param text the words
 */
record Loss(Optional<ErrorCode> code, String text) {
  /** Exit code of a process that was ended because its computation did not go on. */
  static final int STALLED = 75;

  private static final Pattern NOT_BY_ROWS =
      Pattern.compile(
          "decommission|preempt|heartbeat timed out|worker (?:shutting down|lost)|killed by driver"
              + "|deleted by|lost node",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern FOR_MEMORY =
      Pattern.compile("memory limit|out of memory|OOM", Pattern.CASE_INSENSITIVE);
  private static final Pattern EXIT =
      Pattern.compile("(?:code|status):? (-?[0-9]{1,5})", Pattern.CASE_INSENSITIVE);

  /**
   * Reads the reason that Spark gives for the end of an executor. A crash is what is left when no
   * other reason is found.
   */
  static Loss of(String reason) {
    if (NOT_BY_ROWS.matcher(reason).find()) {
      return new Loss(Optional.empty(), reason);
    }
    Matcher exit = EXIT.matcher(reason);
    int status = exit.find() ? Integer.parseInt(exit.group(1)) : Integer.MIN_VALUE;
    Optional<ErrorCode> code =
        switch (status) {
          // Ended in good order, by SIGTERM, or by YARN for reasons of its own.
          case 0, 143, -100 -> Optional.empty();
          // SIGKILL, Spark's own code for a heap that is full, and YARN's two for memory.
          case 137, 52, -103, -104 -> Optional.of(ErrorCode.OUT_OF_MEMORY_KILLED);
          case STALLED -> Optional.of(ErrorCode.INFERENCE_TIMEOUT);
          default ->
              Optional.of(
                  FOR_MEMORY.matcher(reason).find()
                      ? ErrorCode.OUT_OF_MEMORY_KILLED
                      : ErrorCode.NATIVE_CRASH);
        };
    return new Loss(code, reason);
  }

  /** Of a process that was ended because its computation did not go on. */
  static Loss stalled() {
    return new Loss(Optional.of(ErrorCode.INFERENCE_TIMEOUT), "the computation did not go on");
  }

  /** Of a process of which nothing is known but that it is gone. */
  static Loss unknown() {
    return new Loss(Optional.of(ErrorCode.NATIVE_CRASH), "for an unknown reason");
  }
}
