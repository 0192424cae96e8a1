package io.espalier.training.objective;

import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.ctc.OwsmCtcModel;

/**
 * How many frames the encoder's blocks, and gate predictors, see.
 *
 * @param front frames in front of those that are speech
 */
record EncoderFrames(OwsmConfig.InputLayer subsampling, int front) {
  /** Those of a model. */
  static EncoderFrames of(OwsmConfig config) {
    int front = config.ctcOnly().isPresent() ? OwsmCtcModel.PREFIX : 0;
    return new EncoderFrames(config.encoder().inputLayer(), front);
  }

  /** Frames for so many feature frames. */
  int of(int features) {
    return front + subsampling.outputLength(features);
  }
}
