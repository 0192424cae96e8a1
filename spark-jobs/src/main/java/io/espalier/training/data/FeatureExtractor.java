package io.espalier.training.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.features.LogMel;
import io.espalier.features.LogMelSettings;
import io.espalier.libtorch.Libtorch;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import java.util.Arrays;

/**
 * Log-mel features of an utterance as a model sees them at the start of a zero-padded window,
 * before normalisation. Used by one thread.
 */
public final class FeatureExtractor implements FrameSource.Extractor {
  /** Natural logarithm of the front end's floor: what silence becomes. */
  public static final float SILENCE = (float) Math.log(1e-10);

  private final NDManager manager;
  private final LogMel logMel;
  private final LogMelSettings settings;

  /** Features by these settings, on the CPU. */
  public FeatureExtractor(LogMelSettings settings) {
    this.manager = Libtorch.newManager(Device.cpu());
    this.settings = settings;
    this.logMel = new LogMel(manager, Kernels.load(manager), settings, null, null, null);
  }

  /** Filters of one frame. */
  public int mels() {
    return settings.nMels();
  }

  /** Frames that touch at least one of that many samples; all later ones are silence. */
  public int frames(int samples) {
    int reach = settings.winLength() / 2;
    return (samples + reach - 1) / settings.hopLength() + 1;
  }

  /**
   * Computes features.
   *
   * @param samples mono at the settings' rate, not empty
   * @return (frames, mels), row-major
   */
  @Override
  public float[] extract(float[] samples) {
    int frames = frames(samples.length);
    // Zeros up to the last frame's end: its neighbours must not be a reflection of the speech.
    int padded = Math.max((frames + 1) * settings.hopLength(), samples.length) + settings.nFft();
    try (NDManager scope = manager.newSubManager()) {
      NDArray wave = HostData.of(scope, Arrays.copyOf(samples, padded), new Shape(1, padded));
      float[] all = logMel.forward(scope, wave).toFloatArray();
      return Arrays.copyOf(all, frames * settings.nMels());
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
