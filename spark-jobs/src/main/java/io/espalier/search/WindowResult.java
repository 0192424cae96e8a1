package io.espalier.search;

import io.espalier.search.beam.Hypothesis;
import java.util.List;

/**
 * What the search gave for a window.
 *
 * @param nBest finished hypotheses, best first; may be empty
 * @param language given or identified token id
 * @param languageProbability NaN if the language was given
 */
record WindowResult(
    List<Hypothesis> nBest, int language, double languageProbability, double noSpeechProbability) {}
