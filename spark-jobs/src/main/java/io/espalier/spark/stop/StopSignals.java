package io.espalier.spark.stop;

import io.espalier.libtorch.NativeExit;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.util.SignalUtils;
import scala.runtime.AbstractFunction0;

/**
 * Has SIGTERM and SIGINT end a job in good order. Where no job runs, and for a second signal, they
 * end the process as they do everywhere.
 */
public final class StopSignals {
  private static final List<String> SIGNALS = List.of("TERM", "INT");

  private final StopRequest request;
  private final PrintWriter err;
  private final int code;

  private StopSignals(StopRequest request, PrintWriter err, int code) {
    this.request = request;
    this.err = err;
    this.code = code;
  }

  /**
   * Handles the signals from now on.
   *
   * @param err is told what happens
   * @param code of the process if a job does not end in time
   */
  public static void handle(StopRequest request, PrintWriter err, int code) {
    StopSignals signals = new StopSignals(request, err, code);
    for (String signal : SIGNALS) {
      SignalUtils.register(
          signal,
          new AbstractFunction0<Object>() {
            @Override
            public Object apply() {
              return signals.ask("SIG" + signal);
            }
          });
    }
  }

  /** Whether somebody takes care of it. */
  private boolean ask(String signal) {
    Optional<Duration> within = request.ask(signal);
    within.ifPresent(
        time -> {
          err.printf(
              Locale.ROOT,
              "%s: finishing what is under way, for at most %d s. A second signal ends at once%n",
              signal,
              time.toSeconds());
          Thread limit = new Thread(() -> endAfter(time), "espalier-stop");
          limit.setDaemon(true);
          limit.start();
        });
    return within.isPresent();
  }

  private void endAfter(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      return;
    }
    err.printf(
        Locale.ROOT,
        "Could not finish within %d s. Call the same command again to compute what is missing%n",
        time.toSeconds());
    NativeExit.register();
    // Not exit: hooks wait for what has not ended in time.
    Runtime.getRuntime().halt(code);
  }
}
