package io.espalier.search.ctc;

import io.espalier.features.Stretch;
import io.espalier.owsm.ctc.CtcPrompt;
import io.espalier.pruning.GateInput;

/**
 * One stretch of a recording to decode.
 *
 * @param recording whose it is
 * @param index its place among the recording's windows
 * @param stretch what is heard
 * @param samples of the stretch and of the silence behind it
 * @param about what decides about its gates
 * @param searched whether a beam search is wanted besides the best path
 */
record CtcWindow(
    CtcRecording recording,
    int index,
    Stretch stretch,
    int samples,
    CtcPrompt prompt,
    GateInput about,
    boolean searched) {}
