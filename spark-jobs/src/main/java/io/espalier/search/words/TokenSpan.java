package io.espalier.search.words;

/**
 * Where a token was said.
 *
 * @param start first frame
 * @param end frame after the last one
 * @param logProbability of the token, summed over these frames
 */
public record TokenSpan(int start, int end, double logProbability) {}
