package io.espalier.spark.task;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects that the tasks of one process share: one model per device, one pool of audio decoders.
 *
 * <p>{@link #process()} is the only static state of the project. Spark gives tasks no other place
 * to share objects: tasks arrive as serialised closures, and opening a model in each would cost its
 * memory once per core and seconds per task. Objects stay open between tasks, until a different one
 * is requested in the same slot or the JVM ends.
 */
public final class ModelRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);
  private static final ModelRegistry PROCESS = forProcess();

  private final Map<String, Slot> slots = new ConcurrentHashMap<>();

  /** Opens an object to share. */
  public interface Opener<T extends AutoCloseable, E extends Exception> {
    T open() throws E;
  }

  /** The registry of this JVM. */
  public static ModelRegistry process() {
    return PROCESS;
  }

  private static ModelRegistry forProcess() {
    ModelRegistry registry = new ModelRegistry();
    Runtime.getRuntime().addShutdownHook(new Thread(registry::closeAll, "espalier-registry"));
    return registry;
  }

  /**
   * Shares an open object, or opens it. Callers of the same slot wait for each other; others do
   * not. An idle object with another identity in the same slot is closed first, so a device holds
   * two models only while two jobs use them.
   *
   * @param name of the slot, such as {@code model on cuda:0}
   * @param identity of what is wanted, with {@code equals}
   */
  public <T extends AutoCloseable, E extends Exception> Lease<T> acquire(
      String name, Object identity, Opener<T, E> opener) throws E {
    return slots.computeIfAbsent(name, Slot::new).acquire(identity, opener);
  }

  /** Closes everything, used or not. */
  void closeAll() {
    slots.values().forEach(Slot::closeAll);
  }

  private static final class Slot {
    private final String name;
    private final Map<Object, Shared> open = new HashMap<>();

    Slot(String name) {
      this.name = name;
    }

    @SuppressWarnings("unchecked") // One identity is always opened as one type.
    synchronized <T extends AutoCloseable, E extends Exception> Lease<T> acquire(
        Object identity, Opener<T, E> opener) throws E {
      Shared shared = open.get(identity);
      if (shared == null) {
        closeIdle();
        shared = new Shared(opener.open());
        open.put(identity, shared);
      }
      shared.users++;
      Shared leased = shared;
      boolean[] released = new boolean[1];
      return new Lease<>((T) leased.value, () -> release(leased, released));
    }

    private synchronized void release(Shared shared, boolean[] released) {
      if (!released[0]) {
        released[0] = true;
        shared.users--;
      }
    }

    private void closeIdle() {
      for (Iterator<Shared> each = open.values().iterator(); each.hasNext(); ) {
        Shared shared = each.next();
        if (shared.users == 0) {
          each.remove();
          close(shared);
        }
      }
    }

    private synchronized void closeAll() {
      open.values().forEach(this::close);
      open.clear();
    }

    private void close(Shared shared) {
      try {
        shared.value.close();
      } catch (Exception e) {
        LOG.warn("Cannot close {}: {}", name, e.toString());
      }
    }
  }

  private static final class Shared {
    private final AutoCloseable value;
    private int users;

    Shared(AutoCloseable value) {
      this.value = value;
    }
  }
}
