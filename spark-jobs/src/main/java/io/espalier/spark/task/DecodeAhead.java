package io.espalier.spark.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.apache.spark.TaskKilledException;

/**
 * Processes the items of an iterator ahead of time, in its own threads, and returns results in the
 * order in which they finish, so a slow item delays no other.
 *
 * <p>Only the caller of this iterator reads the input, as Spark's iterators require. Finished
 * results may reach a weight limit; a thread then pauses before its next item, so memory holds at
 * most that weight and one result per thread. Waiting items are limited by number and by the same
 * weight.
 */
final class DecodeAhead<I, O> implements Iterator<O>, AutoCloseable {
  /** The work on one item. An exception of it ends the iteration. */
  interface Work<I, O> {
    O apply(I item) throws InterruptedException;
  }

  /** The limits of the work. */
  record Bounds(int threads, int maxItems, long maxWeight) {}

  private static final long CHECK_MS = 100;
  private static final long JOIN_MS = 10_000;

  private final Iterator<I> input;
  private final Work<I, O> work;
  private final ToLongFunction<I> inputWeight;
  private final ToLongFunction<O> resultWeight;
  private final Bounds bounds;
  private final BooleanSupplier cancelled;
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<I> waiting = new ArrayDeque<>();
  private final Deque<O> ready = new ArrayDeque<>();
  private long waitingWeight;
  private long readyWeight;
  private int running;
  private Throwable failure;
  private boolean closed;

  /**
   * Starts the threads.
   *
   * @param cancelled asked while waiting; once true, the iteration ends with an exception
   */
  DecodeAhead(
      Iterator<I> input,
      Work<I, O> work,
      ToLongFunction<I> inputWeight,
      ToLongFunction<O> resultWeight,
      Bounds bounds,
      BooleanSupplier cancelled) {
    this.input = input;
    this.work = work;
    this.inputWeight = inputWeight;
    this.resultWeight = resultWeight;
    this.bounds = bounds;
    this.cancelled = cancelled;
    for (int i = 0; i < bounds.threads(); i++) {
      Thread thread = new Thread(this::run, "decode-ahead-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  @Override
  public boolean hasNext() {
    fill();
    lock.lock();
    try {
      return running > 0 || !waiting.isEmpty() || !ready.isEmpty() || failure != null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public O next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    lock.lock();
    try {
      while (ready.isEmpty() && failure == null) {
        if (cancelled.getAsBoolean() || closed) {
          throw new TaskKilledException("Cancelled while waiting for audio");
        }
        changed.await(CHECK_MS, TimeUnit.MILLISECONDS);
      }
      if (failure != null) {
        throw rethrown(failure);
      }
      O result = ready.poll();
      readyWeight -= resultWeight.applyAsLong(result);
      changed.signalAll();
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("Interrupted while waiting for audio");
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts the work and waits for the threads to end. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    threads.forEach(Thread::interrupt);
    boolean interrupted = Thread.interrupted();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_MS);
    for (Thread thread : threads) {
      try {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        thread.join(Math.max(1, left));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void fill() {
    while (hasRoom() && input.hasNext()) {
      I item = input.next();
      lock.lock();
      try {
        waiting.add(item);
        waitingWeight += inputWeight.applyAsLong(item);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean hasRoom() {
    lock.lock();
    try {
      return !closed
          && waiting.size() + running + ready.size() < bounds.maxItems()
          && waitingWeight < bounds.maxWeight();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (I item = take(); item != null; item = take()) {
        finish(work.apply(item));
      }
    } catch (InterruptedException e) {
      // Closed: no caller is left to receive the failure.
    } catch (Throwable e) {
      fail(e);
    }
  }

  /** The next item, or null once closed. */
  private I take() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && (waiting.isEmpty() || readyWeight >= bounds.maxWeight())) {
        changed.await();
      }
      if (closed) {
        return null;
      }
      I item = waiting.poll();
      waitingWeight -= inputWeight.applyAsLong(item);
      running++;
      return item;
    } finally {
      lock.unlock();
    }
  }

  private void finish(O result) {
    lock.lock();
    try {
      running--;
      ready.add(result);
      readyWeight += resultWeight.applyAsLong(result);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable e) {
    lock.lock();
    try {
      failure = failure == null ? e : failure;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static RuntimeException rethrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    throw new IllegalStateException("Cannot decode audio ahead", failure);
  }
}
