package io.espalier.spark.quarantine;

import io.espalier.nn.TimeLimitException;
import io.espalier.nn.Watch;
import io.espalier.spark.quarantine.Suspects.Batch;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.Lock;
import org.apache.spark.TaskKilledException;

/** A computation of a task, from the time that the driver knows of it until it has ended. */
final class Computation implements Watch.Turn {
  private final ComputeGate gate;
  private final Line line;
  private final Lock held;
  private final Batch batch;
  private final Duration timeout;
  private final long startNs = System.nanoTime();

  /** The last sign of life; 0 as long as there was none, since not all computations give any. */
  private volatile long beatNs;

  private Computation(ComputeGate gate, Line line, Lock held, Batch batch, Duration timeout) {
    this.gate = gate;
    this.line = line;
    this.held = held;
    this.batch = batch;
    this.timeout = timeout;
  }

  /**
   * Waits until it may begin, and tells the driver.
   *
   * @param timeout for each of the batch's ids; zero for any time
   */
  static Computation begin(ComputeGate gate, Line line, Batch batch, Duration timeout) {
    Lock lock = gate.lock(batch.alone());
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("Interrupted while waiting to compute");
    }
    try {
      line.begin(batch);
      Computation begun = new Computation(gate, line, lock, batch, timeout);
      gate.add(begun);
      return begun;
    } catch (RuntimeException | Error e) {
      lock.unlock();
      throw e;
    }
  }

  @Override
  public void beat() {
    long now = System.nanoTime();
    beatNs = now == 0 ? 1 : now;
    long mostNs = timeout.toNanos() * batch.ids().size();
    if (mostNs > 0 && now - startNs > mostNs) {
      throw new TimeLimitException(
          String.format(
              Locale.ROOT,
              "Cannot compute %d windows: they take longer than %d s",
              batch.ids().size(),
              mostNs / 1_000_000_000));
    }
  }

  /** Whether a step of it takes so long that it will not end. */
  boolean isStalled() {
    long last = beatNs;
    long most = last == 0 ? timeout.toNanos() * batch.ids().size() : timeout.toNanos();
    return most > 0 && System.nanoTime() - (last == 0 ? startNs : last) > most;
  }

  /** Tells the driver that the process ends because of it. */
  void tell() {
    line.stalled();
  }

  List<String> ids() {
    return batch.ids();
  }

  @Override
  public void close() {
    gate.remove(this);
    try {
      line.end();
    } finally {
      held.unlock();
    }
  }
}
