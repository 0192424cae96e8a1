package io.espalier.spark.quarantine;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.spark.rpc.RpcEndpointRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all computations of a process pass: many at a time, or one alone, so that there is no doubt
 * who it was if the process dies. Ends the process if one of them stands still, since native code
 * cannot be interrupted.
 */
final class ComputeGate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ComputeGate.class);
  private static final long LOOK_MS = 1000;

  /** First come, first served: who wants to be alone must not wait for ever. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

  /** The driver's ends of lines, by their names; one for each job that has run here. */
  private final Map<String, RpcEndpointRef> drivers = new ConcurrentHashMap<>();

  private final Set<Computation> watched = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::look, "espalier-stalls");

  ComputeGate() {
    thread.setDaemon(true);
    thread.start();
  }

  /** What a computation holds while it computes. */
  Lock lock(boolean alone) {
    return alone ? lock.writeLock() : lock.readLock();
  }

  /** A task's line to the driver of its job. */
  Line line(String endpoint, long attempt) {
    return Line.to(drivers, endpoint, attempt);
  }

  void add(Computation computation) {
    watched.add(computation);
  }

  void remove(Computation computation) {
    watched.remove(computation);
  }

  private void look() {
    try {
      while (!closed.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        watched.stream().filter(Computation::isStalled).findFirst().ifPresent(ComputeGate::endAll);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void endAll(Computation stalled) {
    String message =
        "Ending this process: computing %s has not gone on for longer than --inference-timeout-s"
            .formatted(stalled.ids());
    LOG.error(message);
    stalled.tell();
    // Logs may be silent or late, and in local mode this is all that the user sees.
    System.err.println(message);
    Runtime.getRuntime().halt(Loss.STALLED);
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
