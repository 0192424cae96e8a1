package io.espalier.search.beam;

import io.espalier.owsm.TokenTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Beam search with the scores of CTC prefixes alone: ESPnet's {@code Speech2Text} of OWSM-CTC,
 * where every token is a candidate in every step.
 */
public final class CtcOnlySearch {
  /** ESPnet searches again with a lower minimum as long as nothing ends. */
  private static final double MIN_LENGTH_STEP = 0.1;

  private final TokenTable tokens;
  private final DecodingOptions options;
  private final Candidates all;

  /**
   * @param options with a CTC weight of 1
   */
  public CtcOnlySearch(TokenTable tokens, DecodingOptions options) {
    this.tokens = tokens;
    this.options = options;
    int[] ids = IntStream.range(0, tokens.size()).toArray();
    this.all = new Candidates(ids, new double[ids.length], 0);
  }

  /**
   * Searches one utterance.
   *
   * @param columns for each token its log-probabilities at all frames
   * @return what ended, best first; may be empty
   */
  public List<Hypothesis> search(float[][] columns) {
    double minimum = options.minLenRatio();
    List<Hypothesis> found = search(columns, minimum);
    while (found.isEmpty() && minimum >= MIN_LENGTH_STEP) {
      minimum -= MIN_LENGTH_STEP;
      found = search(columns, minimum);
    }
    return found;
  }

  private List<Hypothesis> search(float[][] columns, double minLenRatio) {
    int frames = columns[0].length;
    LengthRules lengths = LengthRules.of(options, minLenRatio, frames, frames);
    int[] prompt = {tokens.sos()};
    try (CtcRow row = new CtcRow(new Given(columns), tokens, options)) {
      UtteranceBeam beam = new UtteranceBeam(options, lengths, prompt, tokens.eos(), row);
      while (!beam.isDone()) {
        List<Candidates> candidates = new ArrayList<>();
        beam.running().forEach(running -> candidates.add(all));
        beam.advance(candidates);
      }
      return beam.nBest();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Given(float[][] columns) implements CtcColumns {
    @Override
    public float[][] of(int... ids) {
      return Arrays.stream(ids).mapToObj(id -> columns[id]).toArray(float[][]::new);
    }

    @Override
    public void close() {}
  }
}
