package io.espalier.search;

import static java.util.stream.Collectors.groupingBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.OwsmModel;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Samples of a batch to the frames that the encoder's blocks and the gate predictors see. */
final class WindowFrames {
  private final OwsmModel model;
  private final Padding padding;
  private final BucketLengths buckets;

  WindowFrames(OwsmModel model, Padding padding) {
    this.model = model;
    this.padding = padding;
    this.buckets = BucketLengths.of(model.config());
  }

  /**
   * Computes features and subsamples them.
   *
   * @param lengths receives how many frames of each row the encoder takes for real
   * @return (rows, frames, width), owned by {@code scope}
   */
  NDArray subsample(NDManager scope, List<Window> windows, int[] lengths, CostMeter meter) {
    try (NDManager inner = scope.newSubManager()) {
      int[] samples = windows.stream().mapToInt(this::samples).toArray();
      Arrays.setAll(
          lengths, row -> model.encoder().outputFrames(model.logMel().frames(samples[row])));
      return model.encoder().subsample(scope, features(inner, windows, samples), meter);
    }
  }

  private int samples(Window window) {
    return padding.samples(buckets, window.samples().length);
  }

  /** Frames that hold any of a window's own samples; a predictor looks at no others. */
  int spoken(Window window) {
    int most = model.config().windowSamples();
    int features = model.logMel().frames(Math.min(most, window.samples().length));
    return Math.max(1, model.encoder().outputFrames(features));
  }

  /** What the encoder's attention and convolutions may see of a batch. */
  FrameMask mask(NDManager scope, int[] lengths, int frames) {
    boolean equal = Arrays.stream(lengths).allMatch(length -> length == frames);
    return equal ? FrameMask.none(scope) : FrameMask.of(scope, lengths, frames, true);
  }

  /**
   * Features of windows of all lengths: those of one length are computed together, because the
   * reflection at the end is each length's own.
   *
   * @param samples of each window, silence included
   * @return (rows, most frames, mels), zero behind a row's own frames
   */
  private NDArray features(NDManager manager, List<Window> windows, int[] samples) {
    Map<Integer, List<Integer>> rowsByLength =
        IntStream.range(0, samples.length).boxed().collect(groupingBy(row -> samples[row]));
    if (rowsByLength.size() == 1) {
      return features(manager, windows, samples[0]);
    }
    int most = model.logMel().frames(Arrays.stream(samples).max().orElseThrow());
    int mels = model.config().frontend().nMels();
    NDArray all = manager.zeros(new Shape(windows.size(), most, mels));
    rowsByLength.forEach(
        (length, rows) -> {
          try (NDManager scope = manager.newSubManager()) {
            NDArray some = features(scope, rows.stream().map(windows::get).toList(), length);
            for (int i = 0; i < rows.size(); i++) {
              NDIndex place = new NDIndex("{}, :{}, :", rows.get(i), some.getShape().get(1));
              all.set(place, some.get(i));
            }
          }
        });
    return all;
  }

  private NDArray features(NDManager manager, List<Window> windows, int length) {
    Consumer<FloatBuffer> fill =
        values -> {
          for (int row = 0; row < windows.size(); row++) {
            float[] own = windows.get(row).samples();
            values.position(row * length).put(own, 0, Math.min(own.length, length));
          }
        };
    try (NDArray batch = HostData.filled(manager, new Shape(windows.size(), length), fill)) {
      return model.logMel().forward(manager, batch);
    }
  }
}
