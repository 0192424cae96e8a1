package io.espalier.nn;

import java.util.List;

/**
 * Stands by while native code computes for some rows. Native code can end the process, and nothing
 * in the process can tell afterwards what it was about; so whoever computes says so before.
 */
public interface Watch {
  /** Nobody stands by. */
  Watch NONE = ids -> Turn.UNWATCHED;

  /**
   * Begins a computation.
   *
   * @param ids of its rows, one for each window that it computes, so an id may be there repeatedly
   */
  Turn begin(List<String> ids);

  /** A computation that is watched until it is closed. Used by one thread. */
  interface Turn extends AutoCloseable {
    /** Goes on for ever. */
    Turn UNWATCHED =
        new Turn() {
          @Override
          public void beat() {}

          @Override
          public void close() {}
        };

    /**
     * Tells that it goes on, often: with every module that has run.
     *
     * @throws TimeLimitException if it has taken longer than its windows may take together
     */
    void beat();

    @Override
    void close();
  }
}
