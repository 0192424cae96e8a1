package io.espalier.spark.quarantine;

import io.espalier.conf.EspalierConf;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What may happen before a row fails or a job ends.
 *
 * @param timeout that one window of audio may take in the model; zero for any time
 * @param mostLost executors that may die while they compute; 0 to suspect no rows
 * @param directory where a local master notes what it computes
 */
public record QuarantineOptions(Duration timeout, int mostLost, Path directory) {
  /** Reads the options from a configuration. */
  public static QuarantineOptions of(EspalierConf conf) {
    return new QuarantineOptions(
        Duration.ofSeconds(conf.get(QuarantineKeys.INFERENCE_TIMEOUT_S)),
        conf.get(QuarantineKeys.MAX_LOST_EXECUTORS),
        conf.get(QuarantineKeys.IN_FLIGHT_DIR)
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".espalier", "in-flight")));
  }
}
