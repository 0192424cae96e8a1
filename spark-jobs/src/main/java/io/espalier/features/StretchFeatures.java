package io.espalier.features;

import static java.util.stream.Collectors.groupingBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Features of a batch of stretches of all lengths. */
public final class StretchFeatures {
  private final LogMel logMel;
  private final int mels;

  /**
   * @param mels bins of its features
   */
  public StretchFeatures(LogMel logMel, int mels) {
    this.logMel = logMel;
    this.mels = mels;
  }

  /**
   * Computes features; those of one length together, because the reflection at the end is each
   * length's own.
   *
   * @param samples of each stretch, silence behind it included
   * @return (rows, most frames, mels), zero behind a row's own frames
   */
  public NDArray of(NDManager manager, List<Stretch> stretches, int... samples) {
    Map<Integer, List<Integer>> rowsByLength =
        IntStream.range(0, samples.length).boxed().collect(groupingBy(row -> samples[row]));
    if (rowsByLength.size() == 1) {
      return ofOneLength(manager, stretches, samples[0]);
    }
    int most = logMel.frames(Arrays.stream(samples).max().orElseThrow());
    NDArray all = manager.zeros(new Shape(stretches.size(), most, mels));
    rowsByLength.forEach(
        (length, rows) -> {
          try (NDManager scope = manager.newSubManager()) {
            NDArray some = ofOneLength(scope, rows.stream().map(stretches::get).toList(), length);
            for (int i = 0; i < rows.size(); i++) {
              NDIndex place = new NDIndex("{}, :{}, :", rows.get(i), some.getShape().get(1));
              all.set(place, some.get(i));
            }
          }
        });
    return all;
  }

  private NDArray ofOneLength(NDManager manager, List<Stretch> stretches, int length) {
    Consumer<FloatBuffer> fill =
        values -> {
          for (int row = 0; row < stretches.size(); row++) {
            stretches.get(row).fill(values, row * length, length);
          }
        };
    try (NDArray batch = HostData.filled(manager, new Shape(stretches.size(), length), fill)) {
      return logMel.forward(manager, batch);
    }
  }
}
