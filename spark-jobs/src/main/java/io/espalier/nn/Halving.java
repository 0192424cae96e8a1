package io.espalier.nn;

import ai.djl.engine.EngineException;
import io.espalier.outcome.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes windows together, as long as that goes well. Windows that do not fit into the device's
 * memory together, or that take too long, are computed in two halves, down to one window. So a
 * window that is too much fails alone, and its neighbours do not fail with it.
 *
 * @param compute what may fail; it keeps nothing if it does
 * @param done takes the results, in the order of the windows
 * @param misfit takes a window that fails alone, with {@link ErrorCode#OUT_OF_MEMORY} or {@link
 *     ErrorCode#INFERENCE_TIMEOUT}
 * @param release gives back what a failed attempt has left behind, before the next one
 * @param <W> a window
 * @param <R> the results of some windows
 */
public record Halving<W, R>(
    Compute<W, R> compute,
    BiConsumer<List<W>, R> done,
    BiConsumer<W, ErrorCode> misfit,
    Runnable release) {
  private static final Logger LOG = LoggerFactory.getLogger(Halving.class);

  /** A computation on a device. */
  public interface Compute<W, R> {
    /**
     * Computes.
     *
     * @param batchSize most windows that go at once
     */
    R of(List<W> windows, int batchSize);
  }

  /**
   * Computes all windows.
   *
   * @param windows at least one
   * @param batchSize most of them that go at once, at least 1; a half has at most half of it
   * @throws RuntimeException any failure that has nothing to do with memory or time, as it was
   *     thrown
   */
  public void run(List<W> windows, int batchSize) {
    Optional<ErrorCode> fault = attempt(windows, batchSize);
    if (fault.isEmpty()) {
      return;
    }
    release.run();
    if (windows.size() == 1) {
      misfit.accept(windows.get(0), fault.get());
      return;
    }
    LOG.info("Halved a batch of {} windows: {}", windows.size(), fault.get());
    int half = windows.size() / 2;
    // A pool of several batches fits when its batches do.
    int smaller = Math.min(half, Math.max(1, batchSize / 2));
    run(windows.subList(0, half), smaller);
    run(windows.subList(half, windows.size()), smaller);
  }

  /** What was wrong, if it was memory or time. */
  private Optional<ErrorCode> attempt(List<W> windows, int batchSize) {
    R results;
    try {
      results = compute.of(windows, batchSize);
    } catch (TimeLimitException e) {
      return Optional.of(ErrorCode.INFERENCE_TIMEOUT);
    } catch (EngineException | OutOfMemoryError e) {
      if (!DeviceMemory.isExhausted(e)) {
        throw e;
      }
      return Optional.of(ErrorCode.OUT_OF_MEMORY);
    }
    done.accept(windows, results);
    return Optional.empty();
  }
}
