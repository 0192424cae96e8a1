package io.espalier.context;

import ai.djl.engine.EngineException;
import io.espalier.audio.Waveform;
import io.espalier.nn.DeviceMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs many recordings in batches of similar length. A batch that does not fit into the device's
 * memory is halved, down to one recording.
 *
 * @param <T> what one recording gives
 */
final class EncoderBatches<T> {
  private static final Logger LOG = LoggerFactory.getLogger(EncoderBatches.class);

  private final Function<List<float[]>, List<T>> encode;
  private final long batchSamples;
  private final int leastSamples;

  /**
   * @param encode one result for each recording, in order
   * @param batchSeconds seconds of audio in a batch, padding counted
   * @param leastSamples what a shorter recording is padded to
   */
  EncoderBatches(Function<List<float[]>, List<T>> encode, double batchSeconds, int leastSamples) {
    this.encode = encode;
    this.batchSamples = (long) (batchSeconds * Waveform.SAMPLE_RATE);
    this.leastSamples = leastSamples;
  }

  /** One result for each recording, in order; empty where one alone does not fit into memory. */
  List<Optional<T>> run(List<float[]> recordings) {
    List<Optional<T>> results =
        new ArrayList<>(Collections.nCopies(recordings.size(), Optional.empty()));
    Integer[] order = new Integer[recordings.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> recordings.get(i).length));
    int start = 0;
    while (start < order.length) {
      int end = start + 1;
      while (end < order.length && fits(recordings.get(order[end]).length, end + 1 - start)) {
        end++;
      }
      run(recordings, Arrays.asList(order).subList(start, end), results);
      start = end;
    }
    return results;
  }

  private boolean fits(int longest, int rows) {
    return (long) Math.max(longest, leastSamples) * rows <= batchSamples;
  }

  private void run(List<float[]> all, List<Integer> rows, List<Optional<T>> results) {
    try {
      List<T> encoded = encode.apply(rows.stream().map(all::get).toList());
      for (int i = 0; i < rows.size(); i++) {
        results.set(rows.get(i), Optional.of(encoded.get(i)));
      }
    } catch (EngineException | OutOfMemoryError e) {
      if (!DeviceMemory.isExhausted(e)) {
        throw e;
      }
      if (rows.size() > 1) {
        int half = rows.size() / 2;
        LOG.info(
            "Halved a batch of {} recordings: it did not fit into the device's memory",
            rows.size());
        run(all, rows.subList(0, half), results);
        run(all, rows.subList(half, rows.size()), results);
      }
    }
  }
}
