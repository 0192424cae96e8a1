package io.espalier.search.words;

import io.espalier.owsm.OwsmConfig;

/**
 * When the encoder's frames begin. Each of the subsampling's convolutions sees three frames around
 * every other one, so the first frame is centred some feature frames behind the window's start.
 *
 * @param stepS seconds from frame to frame
 * @param firstS when the first frame begins, in seconds
 */
public record FrameClock(double stepS, double firstS) {
  /** The clock of a model. */
  public static FrameClock of(OwsmConfig config) {
    double hopS = (double) config.frontend().hopLength() / config.frontend().sampleRate();
    int step = 1 << config.encoder().inputLayer().convolutions();
    return new FrameClock(step * hopS, (step / 2 - 1) * hopS);
  }

  /** When a frame begins, in seconds from the start of its window. */
  double start(int frame) {
    return firstS + frame * stepS;
  }
}
