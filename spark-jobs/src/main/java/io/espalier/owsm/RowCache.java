package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.Kernels;
import java.util.Arrays;

/**
 * Keys and values of some rows of a batch. Rows come at the end and the last one takes the place of
 * one that leaves, so that neither moves the others. There may be room for more rows and slots than
 * are there; what lies in it is finite.
 */
final class RowCache implements AutoCloseable {
  private static final double GROWTH = 1.5;

  private final Kernels kernels;
  private final NDManager manager;
  private NDArray all;
  private NDArray view;
  private int[] places;

  /**
   * Takes an array over.
   *
   * @param manager owns it from now on
   * @param all (2, rows, heads, slots, width of a head)
   * @param places for each of its rows, its row in the batch
   */
  RowCache(Kernels kernels, NDManager manager, NDArray all, int[] places) {
    this.kernels = kernels;
    this.manager = manager;
    this.all = all;
    this.places = places.clone();
    all.attach(manager);
  }

  /** For each row, its row in the batch. */
  int[] places() {
    return places;
  }

  /** A cache of its own with one row of this one. */
  RowCache copyOf(NDManager other, int index, int slots, int place) {
    try (NDArray row = range(index, slots)) {
      NDArray copy = kernels.call("resize_cache").with(row).with(1).with(slots).run(other);
      return new RowCache(kernels, other, copy, new int[] {place});
    }
  }

  /** What is there, up to that many slots. */
  NDArray view(int slots) {
    if (view == null || view.getShape().get(3) != slots) {
      closeView();
      view = cut(0, places.length, slots);
    }
    return view;
  }

  /** Slots that there is room for. */
  int slots() {
    return (int) all.getShape().get(3);
  }

  private NDArray range(int index, int slots) {
    return cut(index, 1, slots);
  }

  private NDArray cut(int first, int count, int slots) {
    return kernels.call("cut_cache").with(all).with(first).with(count).with(slots).run(manager);
  }

  /** Makes room. */
  void reserve(int rows, int slots) {
    long roomRows = all.getShape().get(1);
    long roomSlots = slots();
    if (rows <= roomRows && slots <= roomSlots) {
      return;
    }
    long newRows = rows <= roomRows ? roomRows : Math.max(rows, (long) (GROWTH * roomRows));
    NDArray larger =
        kernels
            .call("resize_cache")
            .with(all)
            .with(newRows)
            .with(Math.max(slots, roomSlots))
            .run(manager);
    closeView();
    all.close();
    all = larger;
  }

  /**
   * Copies a row of another cache behind those that are here.
   *
   * @param slots of that row that are in use
   * @param place its row in the batch
   */
  void append(RowCache other, int index, int slots, int place) {
    reserve(places.length + 1, slots);
    try (NDArray row = other.range(index, slots)) {
      kernels.call("store_cache").with(all).with(row).with(places.length).run(manager).close();
    }
    places = Arrays.copyOf(places, places.length + 1);
    places[places.length - 1] = place;
    closeView();
  }

  /** Gives the row at an index up. */
  void drop(int index) {
    int last = places.length - 1;
    if (index != last) {
      try (NDArray row = range(last, slots())) {
        kernels.call("store_cache").with(all).with(row).with(index).run(manager).close();
      }
      places[index] = places[last];
    }
    places = Arrays.copyOf(places, last);
    closeView();
  }

  /** The row of the batch {@code from} is now {@code to}. */
  void rename(int from, int to) {
    int index = indexOf(from);
    if (index >= 0) {
      places[index] = to;
    }
  }

  /** Where a row of the batch is, or -1. */
  int indexOf(int place) {
    for (int i = 0; i < places.length; i++) {
      if (places[i] == place) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Moves slots to the front.
   *
   * @param order (rows here, slots) which slots each row keeps, in their new order
   */
  void pack(NDArray order) {
    kernels.call("pack_slots").with(all).with(order).run(manager).close();
  }

  private void closeView() {
    if (view != null) {
      view.close();
      view = null;
    }
  }

  @Override
  public void close() {
    closeView();
    all.close();
  }
}
