package io.espalier.search;

import io.espalier.owsm.TokenTable;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.TimestampRules;
import io.espalier.search.beam.TokenFilter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The scores of given tokens for one utterance, by their definition alone. */
final class ForcedDecoding {
  private final PlainDecoder decoder;
  private final PlainCtc ctc;
  private final TokenTable tokens;
  private final DecodingOptions options;
  private final int steps;
  private final Map<List<Integer>, double[]> known = new HashMap<>();

  /**
   * @param steps most steps of a search, behind which the end is added for nothing
   */
  ForcedDecoding(PlainDecoder decoder, TokenTable tokens, DecodingOptions options, int steps) {
    this.decoder = decoder;
    this.ctc = new PlainCtc(decoder.ctc(), tokens.blank());
    this.tokens = tokens;
    this.options = options;
    this.steps = steps;
  }

  /**
   * Scores of a hypothesis.
   *
   * @param decoder sum of log-probabilities, -inf if a rule forbids one of the tokens
   * @param ctc prefix score
   * @param total weighted
   */
  record Scores(double decoder, double ctc, double total) {}

  /** Log-probabilities of the decoder behind a sequence, -inf for what a rule forbids. */
  double[] behind(int[] sequence) {
    return known.computeIfAbsent(
        Arrays.stream(sequence).boxed().toList(),
        any -> {
          double[] logProbs = decoder.behind(sequence);
          TokenFilter filter = TimestampRules.filter(tokens, sequence);
          for (int id = 0; id < logProbs.length; id++) {
            boolean allowed = id == tokens.eos() ? filter.eosAllowed() : filter.textAllowed();
            if (tokens.isTimestamp(id) ? id < filter.minTimestampId() : !allowed) {
              logProbs[id] = Double.NEGATIVE_INFINITY;
            }
          }
          return logProbs;
        });
  }

  /** Scores of a sequence that begins with a prompt of that length. */
  Scores of(int[] sequence, int promptLength) {
    int scored = Math.min(sequence.length - promptLength, steps);
    double sum = 0;
    for (int i = promptLength; i < promptLength + scored; i++) {
      sum += behind(Arrays.copyOf(sequence, i))[sequence[i]];
    }
    double weight = options.ctcWeight();
    double attention = weight == 1 && Double.isFinite(sum) ? 0 : (weight == 1 ? 1 : 1 - weight);
    double total = (attention == 0 ? 0 : attention * sum) + scored * options.penalty();
    if (weight == 0) {
      return new Scores(sum, 0, total);
    }
    int[] labels = Arrays.copyOfRange(sequence, promptLength, promptLength + scored);
    int taken =
        switch (options.search()) {
          case ESPNET_202611 -> 0;
          case ESPNET_202511 -> promptLength - 1;
        };
    double prefix = ctc.score(labels, taken, tokens.eos());
    return new Scores(sum, prefix, total + weight * prefix);
  }
}
