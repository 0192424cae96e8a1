package io.espalier.owsm;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The few lengths that {@code --pad bucket} pads short windows to: a sixth, a quarter, a third, a
 * half and two thirds of the model's window, and all of it; 5, 7.5, 10, 15, 20 and 30 s of a window
 * of 30 s. Each is at most one and a half times the one before, so that at most a third of what is
 * computed is waste, and they are few enough to fill batches.
 */
public final class BucketLengths {
  private static final int[] TWELFTHS = {2, 3, 4, 6, 8, 12};
  private static final int WHOLE = 12;

  /** Silence behind speech, except where the window ends first. */
  private static final double SILENCE_S = 0.5;

  /** Windows shorter than 8 s have less: no more than one part of so many. */
  private static final int LEAST_SILENCES_IN_WINDOW = 16;

  private final int[] samples;
  private final int silence;

  /**
   * @param windowSamples the longest
   * @param sampleRate in Hz
   */
  public BucketLengths(int windowSamples, int sampleRate) {
    this.samples =
        IntStream.of(TWELFTHS)
            .map(part -> Math.toIntExact(((long) windowSamples * part + WHOLE - 1) / WHOLE))
            .toArray();
    this.silence =
        Math.min((int) (SILENCE_S * sampleRate), windowSamples / LEAST_SILENCES_IN_WINDOW);
  }

  /** Those of a model. */
  public static BucketLengths of(OwsmConfig config) {
    return new BucketLengths(config.windowSamples(), config.frontend().sampleRate());
  }

  /** All of them in samples, from short to long. */
  public int[] all() {
    return samples.clone();
  }

  /** The whole window in samples. */
  public int longest() {
    return samples[samples.length - 1];
  }

  /** The shortest that holds so many samples and some silence behind them; else the longest. */
  public int padded(int own) {
    return holding(own + silence);
  }

  /** The shortest that holds so many samples; else the longest. */
  public int holding(int own) {
    return Arrays.stream(samples).filter(length -> length >= own).findFirst().orElse(longest());
  }
}
