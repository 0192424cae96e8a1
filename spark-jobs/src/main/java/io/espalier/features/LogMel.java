package io.espalier.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.Parameters;

/**
 * Samples to log-mel features: ESPnet's {@code DefaultFrontend} (power STFT with reflection at the
 * ends, mel filterbank, natural logarithm) and {@code GlobalMVN}.
 */
public final class LogMel {
  /**
   * Samples whose spectra a CPU computes at once. Spectra and what comes between take about ten
   * times the samples' memory: those of a whole batch may be the most that a model ever needs.
   */
  private static final long SAMPLES_AT_ONCE = 480_000;

  private final Kernels kernels;
  private final LogMelSettings settings;
  private final Parameters window;
  private final Parameters filters;
  private final Parameters statistics;

  /**
   * @param manager owns the constants
   * @param filters (bins, mels), or null to compute them
   * @param mean (mels) of the features, or null to leave them as they are
   * @param std (mels), null with {@code mean}
   */
  public LogMel(
      NDManager manager,
      Kernels kernels,
      LogMelSettings settings,
      NDArray filters,
      NDArray mean,
      NDArray std) {
    this.kernels = kernels;
    this.settings = settings;
    this.window = Parameters.of(manager, HostData.of(manager, hann(settings.winLength())));
    NDArray bank = filters == null ? computed(manager, settings) : filters;
    this.filters = Parameters.of(manager, bank);
    this.statistics =
        mean == null
            ? Parameters.of(
                manager,
                manager.zeros(new Shape(settings.nMels())),
                manager.ones(new Shape(settings.nMels())))
            : Parameters.of(manager, mean, std);
  }

  /** The periodic Hann window. */
  private static float[] hann(int length) {
    float[] window = new float[length];
    for (int n = 0; n < length; n++) {
      window[n] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * n / length));
    }
    return window;
  }

  private static NDArray computed(NDManager manager, LogMelSettings settings) {
    int bins = settings.nFft() / 2 + 1;
    return HostData.of(manager, MelFilterbank.slaney(settings), new Shape(bins, settings.nMels()));
  }

  /** Feature frames of that many samples. */
  public int frames(int samples) {
    return samples / settings.hopLength() + 1;
  }

  /** Fewest samples that can be reflected at the ends. */
  public int minSamples() {
    return settings.nFft() / 2 + 1;
  }

  /**
   * Normalised features of samples that are all real.
   *
   * @param samples (rows, samples)
   * @return (rows, frames, mels), owned by {@code manager}
   */
  public NDArray forward(NDManager manager, NDArray samples) {
    int rows = (int) samples.getShape().get(0);
    int step = rowsAtOnce(manager, samples);
    try (NDManager scope = manager.newSubManager()) {
      NDArray none = scope.zeros(new Shape(0));
      if (step >= rows) {
        return normalize(manager, logMel(scope, power(scope, samples)), none);
      }
      NDList parts = new NDList();
      for (int row = 0; row < rows; row += step) {
        int count = Math.min(step, rows - row);
        try (NDManager inner = scope.newSubManager()) {
          NDArray some = kernels.call("row_range").with(samples).with(row).with(count).run(inner);
          parts.add(normalize(scope, logMel(inner, power(inner, some)), none));
        }
      }
      NDArray all = NDArrays.concat(parts, 0);
      all.attach(manager);
      return all;
    }
  }

  private static int rowsAtOnce(NDManager manager, NDArray samples) {
    return manager.getDevice().isGpu()
        ? Integer.MAX_VALUE
        : (int) Math.max(1, SAMPLES_AT_ONCE / samples.getShape().get(1));
  }

  /**
   * Normalised features of padded samples: frames behind a row's own are zero.
   *
   * @param samples (rows, samples), zero behind a row's own
   * @param lengths samples of each row
   * @return (rows, frames, mels), owned by {@code manager}
   */
  public NDArray forward(NDManager manager, NDArray samples, int[] lengths) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray features = logMel(scope, power(scope, samples));
      int frames = (int) features.getShape().get(1);
      float[] keep = new float[lengths.length * frames];
      for (int row = 0; row < lengths.length; row++) {
        for (int t = 0; t < Math.min(frames, frames(lengths[row])); t++) {
          keep[row * frames + t] = 1;
        }
      }
      NDArray mask = HostData.of(scope, keep, new Shape(lengths.length, frames, 1));
      return normalize(manager, features, mask);
    }
  }

  /** (rows, samples) to (rows, frames, bins). */
  NDArray power(NDManager manager, NDArray samples) {
    return kernels
        .call("power_spectrum")
        .with(samples)
        .with(window)
        .with(settings.nFft())
        .with(settings.hopLength())
        .with(settings.winLength())
        .run(manager);
  }

  /** (rows, frames, bins) to (rows, frames, mels). */
  NDArray logMel(NDManager manager, NDArray power) {
    return kernels.call("log_mel").with(power).with(filters).run(manager);
  }

  private NDArray normalize(NDManager manager, NDArray features, NDArray keep) {
    return kernels.call("normalize").with(features).with(statistics).with(keep).run(manager);
  }
}
