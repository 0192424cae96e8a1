package io.espalier.search.ctc;

import io.espalier.pruning.GateSet;
import io.espalier.search.beam.Hypothesis;
import java.util.List;

/**
 * What became of a window.
 *
 * @param nBest what a beam search found, best first; empty without one
 * @param gates the modules that ran
 * @param ms share of the wall time of the batches it was in
 * @param batchSize most windows that were encoded together with it, itself among them
 */
record CtcResult(
    CtcFrames frames, List<Hypothesis> nBest, GateSet gates, double ms, int batchSize) {}
