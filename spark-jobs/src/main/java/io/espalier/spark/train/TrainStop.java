package io.espalier.spark.train;

import io.espalier.spark.stop.StopRequest;
import io.espalier.spark.stop.StoppedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Has a signal end a training after a step, with a checkpoint. */
final class TrainStop {
  /** For the step or validation at hand, and a checkpoint. After it, the process ends anyway. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private TrainStop() {}

  /** A training that may be asked to stop. */
  interface Training<T> {
    /** Trains; empty if it stopped before its end. */
    Optional<T> train(BooleanSupplier stop) throws IOException;
  }

  /**
   * Trains to the end.
   *
   * @param step how many are done
   * @throws StoppedException if the process was asked to end before
   */
  static <T> T heed(Training<T> training, LongSupplier step) throws IOException {
    try (StopRequest.Job job = StopRequest.ofProcess().begin(LONGEST)) {
      Optional<T> trained = training.train(() -> job.asked().isPresent());
      return trained.orElseThrow(
          () ->
              new StoppedException(
                  String.format(
                      Locale.ROOT,
                      "Stopped by %s after step %,d. Call the same command again to go on",
                      job.asked().orElse("a signal"),
                      step.getAsLong())));
    }
  }
}
