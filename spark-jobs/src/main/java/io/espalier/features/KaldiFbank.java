package io.espalier.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Parameters;

/** Samples to BEATs' features: Kaldi's filterbank of complete frames, normalised as BEATs does. */
public final class KaldiFbank {
  /** Mel bins of BEATs' features. */
  public static final int MELS = 128;

  private static final int SAMPLE_RATE = 16_000;
  private static final int WINDOW = 400;
  private static final int HOP = 160;
  private static final int N_FFT = 512;
  private static final double LOWEST_HZ = 20;
  private static final double MEAN = 15.41663;
  private static final double TWO_DEVIATIONS = 2 * 6.55582;

  private final Kernels kernels;
  private final Parameters constants;

  public KaldiFbank(ModuleScope module) {
    this.kernels = module.kernels();
    NDManager manager = module.manager();
    float[] filters = MelFilterbank.kaldi(SAMPLE_RATE, N_FFT, MELS, LOWEST_HZ, SAMPLE_RATE / 2.0);
    this.constants =
        Parameters.of(
            manager,
            HostData.of(manager, povey()),
            HostData.of(manager, filters, new Shape(N_FFT / 2 + 1, MELS)));
  }

  private static float[] povey() {
    float[] window = new float[WINDOW];
    for (int n = 0; n < WINDOW; n++) {
      double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * n / (WINDOW - 1));
      window[n] = (float) Math.pow(hann, 0.85);
    }
    return window;
  }

  /** Complete frames of that many samples. */
  public static int frames(int samples) {
    return samples < WINDOW ? 0 : (samples - WINDOW) / HOP + 1;
  }

  /**
   * (rows, samples) to (rows, frames, mels). Frames do not see each other, so padding behind a
   * row's samples changes only the frames that touch it.
   */
  public NDArray forward(NDManager manager, NDArray samples) {
    return kernels
        .call("kaldi_fbank")
        .with(samples)
        .with(constants)
        .with(HOP)
        .with(N_FFT)
        .with(MEAN)
        .with(TWO_DEVIATIONS)
        .run(manager);
  }
}
