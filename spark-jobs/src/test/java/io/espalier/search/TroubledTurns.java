package io.espalier.search;

import io.espalier.nn.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Stands by a model and makes trouble in the middle of it, as a device does that is full or slow:
 * after some signs of life, for each batch that has a certain row.
 */
public final class TroubledTurns implements Watch {
  private final String id;
  private final int beats;
  private final Supplier<? extends RuntimeException> trouble;
  private final List<List<String>> begun = new ArrayList<>();
  private int open;
  private int troubles;

  /**
   * @param id of the row
   * @param beats after which it happens
   */
  public TroubledTurns(String id, int beats, Supplier<? extends RuntimeException> trouble) {
    this.id = id;
    this.beats = beats;
    this.trouble = trouble;
  }

  /** Rows of each computation, as they were told before it. */
  public List<List<String>> begun() {
    return begun;
  }

  /** Computations that have not been closed. */
  public int open() {
    return open;
  }

  public int troubles() {
    return troubles;
  }

  @Override
  public Turn begin(List<String> ids) {
    begun.add(List.copyOf(ids));
    open++;
    return new Turn() {
      private int heard;

      @Override
      public void beat() {
        heard++;
        if (heard > beats && ids.contains(id)) {
          troubles++;
          throw trouble.get();
        }
      }

      @Override
      public void close() {
        open--;
      }
    };
  }
}
