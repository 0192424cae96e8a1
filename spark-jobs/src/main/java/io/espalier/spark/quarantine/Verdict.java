package io.espalier.spark.quarantine;

import io.espalier.outcome.ErrorCode;

/**
 * Why a row fails that has ended its process.
 *
 * @param code of the row
 * @param message says what happened, and what to do
 */
public record Verdict(ErrorCode code, String message) {
  /** The stage of the job in which such a row fails. */
  public static final String STAGE = "compute";

  static Verdict of(Loss loss) {
    ErrorCode code = loss.code().orElseThrow();
    String fix =
        switch (code) {
          case OUT_OF_MEMORY_KILLED ->
              "Give the processes more memory (spark.executor.memoryOverhead), or divide the audio";
          case INFERENCE_TIMEOUT -> "Raise --inference-timeout-s, or look at its audio";
          default -> "Look at the process's log and at the row's audio";
        };
    return new Verdict(
        code,
        "Cannot compute the row: its process died twice, the second time with this row alone (%s). %s"
            .formatted(loss.text().strip(), fix));
  }
}
