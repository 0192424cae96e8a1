package io.espalier.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Parameters;
import io.espalier.nn.Weights;
import java.util.List;

/**
 * Samples to the speaker encoder's features: ESPnet's {@code MelSpectrogramTorch} with {@code
 * normalize: mn}. Constants that the checkpoint holds win over computed ones.
 */
public final class SpeakerFeatures {
  /** The pre-emphasis filter in a checkpoint, reversed, (1, 1, 2). */
  public static final String EMPHASIS = "frontend.flipped_filter";

  /** The window, (window samples). */
  public static final String WINDOW = "frontend.transform.spectrogram.window";

  /** The mel filter bank, (frequency bins, mels). */
  public static final String MEL_MATRIX = "frontend.transform.mel_scale.fb";

  private static final double PREEMPHASIS = 0.97;

  private final Kernels kernels;
  private final MelSpectrogramConfig config;
  private final Parameters emphasis;
  private final Parameters window;
  private final Parameters filters;

  public SpeakerFeatures(ModuleScope module, MelSpectrogramConfig config) {
    this.kernels = module.kernels();
    this.config = config;
    Weights weights = module.weights();
    NDManager manager = module.manager();
    this.emphasis = Parameters.of(manager, emphasis(manager, weights));
    this.window =
        Parameters.of(
            manager,
            weights.has(WINDOW)
                ? weights.get(WINDOW)
                : HostData.of(manager, hamming(config.winLength())));
    this.filters =
        Parameters.of(
            manager,
            weights.has(MEL_MATRIX)
                ? weights.get(MEL_MATRIX)
                : HostData.of(
                    manager,
                    MelFilterbank.htk(config),
                    new Shape(config.nFft() / 2 + 1, config.nMels())));
  }

  private NDArray emphasis(NDManager manager, Weights weights) {
    if (!config.preemphasis()) {
      return manager.zeros(new Shape(0));
    }
    return weights.has(EMPHASIS)
        ? weights.get(EMPHASIS)
        : HostData.of(manager, new float[] {(float) -PREEMPHASIS, 1});
  }

  private static float[] hamming(int length) {
    float[] window = new float[length];
    for (int n = 0; n < length; n++) {
      window[n] = (float) (0.54 - 0.46 * Math.cos(2 * Math.PI * n / length));
    }
    return window;
  }

  /** Fewest samples that can be reflected at the ends. */
  public int minSamples() {
    return config.nFft() / 2 + 1;
  }

  /**
   * Features of recordings of any lengths. Each is computed on its own, because it is reflected at
   * its own end, and padded with zeros to the longest.
   *
   * @return (rows, frames, mels), owned by {@code manager}
   */
  public NDArray forward(NDManager manager, List<float[]> recordings) {
    int longest = recordings.stream().mapToInt(samples -> samples.length).max().orElseThrow();
    try (NDManager scope = manager.newSubManager()) {
      NDList rows = new NDList();
      for (float[] samples : recordings) {
        NDArray one = HostData.of(scope, samples, new Shape(1, samples.length));
        rows.add(features(scope, power(scope, one), config.frames(longest)));
      }
      NDArray all = NDArrays.concat(rows, 0);
      all.attach(manager);
      return all;
    }
  }

  /** (rows, samples) to (rows, frames, bins). */
  NDArray power(NDManager manager, NDArray samples) {
    return kernels
        .call("speaker_power")
        .with(samples)
        .with(emphasis)
        .with(window)
        .with(config.nFft())
        .with(config.hopLength())
        .with(config.winLength())
        .run(manager);
  }

  /**
   * (rows, frames, bins) to (rows, {@code padded}, mels).
   *
   * @param padded frames of the result; those behind the real ones are zero
   */
  NDArray features(NDManager manager, NDArray power, int padded) {
    return kernels
        .call("speaker_features")
        .with(power)
        .with(filters)
        .with(config.log() ? 1 : 0)
        .with(config.subtractMean() ? 1 : 0)
        .with(padded)
        .run(manager);
  }
}
