package io.espalier.search;

import io.espalier.pruning.GateSet;
import io.espalier.search.words.TokenScores;
import java.util.Optional;

/**
 * What became of a window.
 *
 * @param gates the modules that ran
 * @param encoderMs share of the wall time of the batches it was in
 * @param batchSize most windows that were searched together with it, itself among them
 * @param said what CTC says of the best hypothesis's tokens; empty unless words are to be timed
 */
record Recognized(
    WindowResult result,
    GateSet gates,
    double encoderMs,
    double decoderMs,
    int batchSize,
    Optional<TokenScores> said) {}
