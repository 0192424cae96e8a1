package io.espalier.search.beam;

/**
 * The best tokens behind one hypothesis.
 *
 * @param logProbs the decoder's log-probabilities, -inf where a rule forbids the token
 * @param endLogProb that of the end of sentence, which CTC scores in any case
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Candidates(int[] ids, double[] logProbs, double endLogProb) {}
