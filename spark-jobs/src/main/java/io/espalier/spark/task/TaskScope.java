package io.espalier.spark.task;

import io.espalier.nn.NativeHeap;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Closes everything that a task opened, in reverse order, whatever happens, and then releases
 * memory.
 */
public final class TaskScope implements TaskCompletionListener {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private TaskScope() {}

  /** A scope that ends with the task. */
  public static TaskScope of(TaskContext context) {
    TaskScope scope = new TaskScope();
    context.addTaskCompletionListener(scope);
    return scope;
  }

  public <T extends AutoCloseable> T add(T resource) {
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
