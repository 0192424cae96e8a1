package io.espalier.spark.stage;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work of the driver in a separate thread, which inherits Spark's state of the calling thread:
 * class loader, session, job description.
 */
public final class Background<T> implements AutoCloseable {
  private final FutureTask<T> task;
  private final Thread thread;

  private Background(String name, Callable<T> work) {
    task = new FutureTask<>(work);
    thread = new Thread(task, name);
    thread.setDaemon(true);
  }

  public static <T> Background<T> start(String name, Callable<T> work) {
    Background<T> started = new Background<>(name, work);
    started.thread.start();
    return started;
  }

  /**
   * Waits for the result.
   *
   * @throws RuntimeException what the work threw, as it threw it
   */
  public T get() {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("Cannot finish " + thread.getName(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + thread.getName(), e);
    }
  }

  /** Whether the work has ended, successful or not. */
  boolean isDone() {
    return task.isDone();
  }

  /** Waits for the end, successful or not: work must not outlive its session. */
  @Override
  public void close() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
