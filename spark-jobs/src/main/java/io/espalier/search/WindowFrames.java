package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.features.Stretch;
import io.espalier.features.StretchFeatures;
import io.espalier.nn.FrameMask;
import io.espalier.owsm.BucketLengths;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.OwsmModel;
import java.util.Arrays;
import java.util.List;

/** Samples of a batch to the frames that the encoder's blocks and the gate predictors see. */
final class WindowFrames {
  private final OwsmModel model;
  private final Padding padding;
  private final BucketLengths buckets;
  private final StretchFeatures features;

  WindowFrames(OwsmModel model, Padding padding) {
    this.model = model;
    this.padding = padding;
    this.buckets = BucketLengths.of(model.config());
    this.features = new StretchFeatures(model.logMel(), model.config().frontend().nMels());
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
      int[] own = Arrays.stream(samples).map(model.logMel()::frames).toArray();
      Arrays.setAll(lengths, row -> model.encoder().outputFrames(own[row]));
      List<Stretch> stretches =
          windows.stream().map(window -> Stretch.of(window.samples())).toList();
      NDArray all = features.of(inner, stretches, samples);
      return model.encoder().subsample(scope, all, own, meter);
    }
  }

  /** Frames that the encoder computes for a window alone, its padding included. */
  int computed(Window window) {
    return model.encoder().outputFrames(model.logMel().frames(samples(window)));
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
}
