package io.espalier.search;

import io.espalier.pruning.GateSet;

/**
 * What became of a window.
 *
 * @param gates the modules that ran
 * @param encoderMs share of the wall time of the batches it was in
 * @param batchSize most windows that were searched together with it, itself among them
 */
record Recognized(
    WindowResult result, GateSet gates, double encoderMs, double decoderMs, int batchSize) {}
