package io.espalier.features;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.libtorch.Libtorch;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Weights;
import java.util.Map;

/**
 * Log-mel features of an ECAPA-TDNN before their mean is subtracted, to train one on. Used by one
 * thread.
 */
public final class SpeakerFrames implements AutoCloseable {
  private final NDManager manager;
  private final MelSpectrogramConfig config;
  private final SpeakerFeatures features;

  /** Features on the CPU. */
  public SpeakerFrames(MelSpectrogramConfig config) {
    this.manager = Libtorch.newManager(Device.cpu());
    this.config = config;
    ModuleScope module = new ModuleScope(Kernels.load(manager), new Weights(manager, Map.of()));
    this.features = new SpeakerFeatures(module, config.withMean());
  }

  /** Fewest samples that give features. */
  public int minSamples() {
    return features.minSamples();
  }

  /**
   * Computes features.
   *
   * @param samples mono 16 kHz, at least {@link #minSamples}
   * @return (frames, mels), row-major
   */
  public float[] extract(float[] samples) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray wave = HostData.of(scope, samples, new Shape(1, samples.length));
      NDArray power = features.power(scope, wave);
      return features.features(scope, power, config.frames(samples.length)).toFloatArray();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
