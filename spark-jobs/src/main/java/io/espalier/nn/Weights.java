package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The parameters of a model under their ESPnet names. They live as long as their manager. */
public final class Weights {
  private final NDManager manager;
  private final Map<String, NDArray> arrays;
  private final Set<String> packed = ConcurrentHashMap.newKeySet();

  /**
   * @param manager owns every array of {@code arrays}
   * @param arrays parameters by name
   */
  public Weights(NDManager manager, Map<String, NDArray> arrays) {
    this.manager = manager;
    this.arrays = Map.copyOf(arrays);
  }

  /** The parameter of that name. Fails with the name if there is none. */
  public NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("Cannot find parameter: " + name);
    }
    return array;
  }

  /** The parameter of that name, for a layer that keeps a packed copy of it. */
  NDArray takeForPacking(String name) {
    packed.add(name);
    return get(name);
  }

  /**
   * Closes the parameters of which layers keep packed copies. No other layer can be made from them
   * afterwards.
   */
  public void releasePacked() {
    packed.forEach(name -> arrays.get(name).close());
  }

  /** Whether there is a parameter of that name. */
  public boolean has(String name) {
    return arrays.containsKey(name);
  }

  /** All names, in no order. */
  public Set<String> names() {
    return arrays.keySet();
  }

  /** Owner of the arrays; constants derived from them belong here too. */
  public NDManager manager() {
    return manager;
  }
}
