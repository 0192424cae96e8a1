package io.espalier.spark.quarantine;

import java.util.List;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of executors that are gone, and why. */
final class LostExecutors extends SparkListener {
  private static final Logger LOG = LoggerFactory.getLogger(LostExecutors.class);
  private static final int SHOWN = 5;

  private final Suspects suspects;

  LostExecutors(Suspects suspects) {
    this.suspects = suspects;
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    List<String> rows = suspects.lost(removed.executorId(), Loss.of(removed.reason()));
    if (!rows.isEmpty()) {
      LOG.warn(
          "Executor {} died ({}) while it computed {}{}",
          removed.executorId(),
          removed.reason().strip(),
          rows.subList(0, Math.min(SHOWN, rows.size())),
          rows.size() > SHOWN ? " and " + (rows.size() - SHOWN) + " more rows" : "");
    }
  }
}
