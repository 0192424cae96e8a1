package io.espalier.search;

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
import java.util.function.Consumer;

/** Samples of a batch to the frames that the encoder's blocks and the gate predictors see. */
final class WindowFrames {
  private final OwsmModel model;
  private final Padding padding;

  WindowFrames(OwsmModel model, Padding padding) {
    this.model = model;
    this.padding = padding;
  }

  /**
   * Computes features and subsamples them.
   *
   * @param lengths receives how many frames of each row the encoder takes for real
   * @return (rows, frames, width), owned by {@code scope}
   */
  NDArray subsample(NDManager scope, List<Window> windows, int[] lengths, CostMeter meter) {
    try (NDManager inner = scope.newSubManager()) {
      NDArray features;
      if (padding == Padding.FULL) {
        features = fullFeatures(inner, windows);
        Arrays.fill(lengths, model.encoder().outputFrames((int) features.getShape().get(1)));
      } else {
        features = realFeatures(inner, windows, lengths);
      }
      return model.encoder().subsample(scope, features, meter);
    }
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

  private NDArray fullFeatures(NDManager manager, List<Window> windows) {
    int length = model.config().windowSamples();
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

  /** Features of the real lengths, computed one by one: reflection at the end is each one's own. */
  private NDArray realFeatures(NDManager manager, List<Window> windows, int[] lengths) {
    int longest = windows.stream().mapToInt(w -> w.samples().length).max().orElseThrow();
    int mels = model.config().frontend().nMels();
    int most = model.logMel().frames(longest);
    NDArray all = manager.zeros(new Shape(windows.size(), most, mels));
    for (int row = 0; row < windows.size(); row++) {
      try (NDManager scope = manager.newSubManager()) {
        float[] own = windows.get(row).samples();
        NDArray one = HostData.of(scope, own, new Shape(1, own.length));
        NDArray features = model.logMel().forward(scope, one);
        long frames = features.getShape().get(1);
        all.set(new NDIndex(row + ", :" + frames + ", :"), features.squeeze(0));
        lengths[row] = model.encoder().outputFrames((int) frames);
      }
    }
    return all;
  }
}
