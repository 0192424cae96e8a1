package io.espalier.spark.task;

/** The right to use an object until the lease is closed. */
public record Lease<T extends AutoCloseable>(T value, Runnable release) implements AutoCloseable {
  @Override
  public void close() {
    release.run();
  }
}
