package io.espalier.spark;

import io.espalier.nn.NativeHeap;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** Closes what a task opened, last first, whatever happens; then gives memory back. */
final class TaskScope implements TaskCompletionListener {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private TaskScope() {}

  /** A scope that ends with the task. */
  static TaskScope of(TaskContext context) {
    TaskScope scope = new TaskScope();
    context.addTaskCompletionListener(scope);
    return scope;
  }

  <T extends AutoCloseable> T add(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public void onTaskCompletion(TaskContext context) {
    IllegalStateException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        failure = failure == null ? new IllegalStateException("Cannot end task", e) : failure;
      }
    }
    NativeHeap.trim();
    if (failure != null) {
      throw failure;
    }
  }
}
