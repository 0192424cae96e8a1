package io.espalier.search.ctc;

import io.espalier.owsm.OwsmConfig;

/**
 * How long audio is cut (ESPnet's {@code decode_long_batched_buffered}): windows of the model's
 * length overlap by a context at both ends, and of each window the frames in the middle are kept.
 * The recording has as much silence around it.
 *
 * @param window samples of a window
 * @param context samples at each end of it
 * @param frames of a window, before the ends are dropped
 * @param contextFrames that are dropped at each end
 */
record LongWindows(int window, int context, int frames, int contextFrames) {
  /**
   * @param contextS seconds at each end
   */
  static LongWindows of(OwsmConfig config, double contextS) {
    double framesPerSecond =
        (double) config.frontend().sampleRate()
            / config.frontend().hopLength()
            / (1 << config.encoder().inputLayer().convolutions());
    return new LongWindows(
        config.windowSamples(),
        (int) (contextS * config.frontend().sampleRate()),
        (int) (framesPerSecond * config.speechLengthS()),
        (int) (framesPerSecond * contextS));
  }

  /** Samples from the start of one window to that of the next. */
  int step() {
    return window - 2 * context;
  }

  /**
   * Number of windows for a recording of that many samples. They end with the first that the
   * recording and its silence do not fill.
   */
  int count(int samples) {
    long padded = samples + 2L * context;
    int count = 0;
    for (long start = 0; start < padded; start += step()) {
      count++;
      if (start + window > padded) {
        break;
      }
    }
    return count;
  }

  /** Where a window starts in the recording; negative if silence comes first. */
  int start(int index) {
    return index * step() - context;
  }
}
