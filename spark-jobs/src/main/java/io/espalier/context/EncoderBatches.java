package io.espalier.context;

import io.espalier.audio.Waveform;
import io.espalier.nn.Halving;
import io.espalier.nn.NativeHeap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs many recordings in batches of similar length. A batch that does not fit into the device's
 * memory is halved, down to one recording.
 *
 * @param <T> what one recording gives
 */
final class EncoderBatches<T> {
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
    Halving<Integer, List<T>> halving =
        new Halving<>(
            (rows, batchSize) -> encode.apply(rows.stream().map(recordings::get).toList()),
            (rows, encoded) -> {
              for (int i = 0; i < rows.size(); i++) {
                results.set(rows.get(i), Optional.of(encoded.get(i)));
              }
            },
            (row, code) -> {},
            NativeHeap::trim);
    int start = 0;
    while (start < order.length) {
      int end = start + 1;
      while (end < order.length && fits(recordings.get(order[end]).length, end + 1 - start)) {
        end++;
      }
      List<Integer> batch = Arrays.asList(order).subList(start, end);
      halving.run(batch, batch.size());
      start = end;
    }
    return results;
  }

  private boolean fits(int longest, int rows) {
    return (long) Math.max(longest, leastSamples) * rows <= batchSamples;
  }
}
