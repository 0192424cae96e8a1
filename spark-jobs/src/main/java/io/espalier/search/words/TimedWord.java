package io.espalier.search.words;

/**
 * A word of a transcript.
 *
 * @param startS in seconds from the start of the utterance
 * @param endS in seconds from the start of the utterance
 * @param confidence geometric mean of CTC's probabilities for its tokens at their frames, 0 to 1
 */
public record TimedWord(String word, double startS, double endS, double confidence) {}
