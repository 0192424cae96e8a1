package io.espalier.spark.quarantine;

import io.espalier.conf.ConfKey;
import java.util.Optional;

/** The configuration keys of what happens to rows that take too long or end their process. */
public final class QuarantineKeys {
  /** Time limit of the model. */
  public static final ConfKey<Integer> INFERENCE_TIMEOUT_S =
      ConfKey.integer(
          "inference-timeout-s",
          600,
          0,
          1_000_000,
          "Longest time that the model may take for one window of audio, 30 s of it in OWSM, in"
              + " seconds; 0 means any time. A batch may take as long as its windows together, but"
              + " none of its steps longer than one window.");

  /** Patience with executors that die. */
  public static final ConfKey<Integer> MAX_LOST_EXECUTORS =
      ConfKey.integer(
          "max-lost-executors",
          40,
          0,
          100_000,
          "Executors that may die while they compute. A row that ends its process costs two of"
              + " them, and fails. If more die, the job ends. 0 suspects no rows: Spark alone tries"
              + " again.");

  /** Where a local master notes what it computes. */
  public static final ConfKey<Optional<String>> IN_FLIGHT_DIR =
      ConfKey.optionalText(
          "in-flight-dir",
          "Local masters only: directory on this machine's disk in which a job notes the rows that"
              + " it computes, for the next call if the process dies. Default: .espalier/in-flight"
              + " in the home directory.");

  private QuarantineKeys() {}
}
