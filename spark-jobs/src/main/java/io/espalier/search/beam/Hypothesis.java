package io.espalier.search.beam;

import java.util.Arrays;

/**
 * A sequence of tokens and its score.
 *
 * @param tokens the prompt and what was generated behind it
 * @param promptLength how many of them are the prompt
 * @param score weighted sum of all scores of the generated tokens
 * @param decoderScore unweighted sum of the decoder's log-probabilities
 * @param ctcScore unweighted sum of the CTC prefix scores
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the search extends copies.
public record Hypothesis(
    int[] tokens, int promptLength, double score, double decoderScore, double ctcScore) {

  /** The last token. */
  int last() {
    return tokens[tokens.length - 1];
  }

  /** The sequence with one more token, its score unchanged. */
  Hypothesis append(int token) {
    int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
    longer[tokens.length] = token;
    return new Hypothesis(longer, promptLength, score, decoderScore, ctcScore);
  }

  /** The sequence with one more token and what it adds to the scores. */
  Hypothesis extend(int token, double gain, double decoder, double ctc) {
    Hypothesis longer = append(token);
    return new Hypothesis(
        longer.tokens, promptLength, score + gain, decoderScore + decoder, ctcScore + ctc);
  }

  /** What was generated, without the end of sentence. */
  public int[] generated() {
    return Arrays.copyOfRange(tokens, promptLength, Math.max(promptLength, tokens.length - 1));
  }
}
