package io.espalier.search.beam;

/**
 * CTC forward variables of one prefix.
 *
 * @param nonBlank log-probability of all paths up to each frame that end in the last token
 * @param blank log-probability of all paths up to each frame that end in blank
 * @param score log-probability of all sequences that start with the prefix
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record CtcState(double[] nonBlank, double[] blank, double score) {}
