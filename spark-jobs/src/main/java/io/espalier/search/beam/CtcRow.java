package io.espalier.search.beam;

import io.espalier.owsm.TokenTable;
import io.espalier.search.beam.UtteranceBeam.Extension;
import io.espalier.search.beam.UtteranceBeam.Running;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Joint CTC scoring of one utterance: prefix scores, computed on the host. */
public final class CtcRow implements AutoCloseable {
  private static final int COLUMNS_AT_ONCE = 4096;

  private final CtcColumns columns;
  private final TokenTable tokens;
  private final DecodingOptions options;
  private final CtcPrefixScorer scorer;

  /**
   * @param columns of the utterance; taken over
   */
  public CtcRow(CtcColumns columns, TokenTable tokens, DecodingOptions options) {
    this.columns = columns;
    this.tokens = tokens;
    this.options = options;
    this.scorer = new CtcPrefixScorer(columns.of(tokens.blank())[0]);
  }

  /**
   * Adds CTC scores to the candidates of every running hypothesis.
   *
   * @param candidates as many for each of them
   */
  List<Extension> score(List<Running> running, List<Candidates> candidates) {
    List<Scoring> scorings = new ArrayList<>();
    for (int h = 0; h < running.size(); h++) {
      scorings.add(new Scoring(running.get(h), h, candidates.get(h)));
    }
    int[] ids = scorings.stream().flatMapToInt(Scoring::ids).toArray();
    int each = ids.length / scorings.size();
    for (int from = 0; from < ids.length; from += COLUMNS_AT_ONCE) {
      int end = Math.min(ids.length, from + COLUMNS_AT_ONCE);
      float[][] some = columns.of(Arrays.copyOfRange(ids, from, end));
      for (int i = from; i < end; i++) {
        scorings.get(i / each).add(i % each, some[i - from]);
      }
    }
    return scorings.stream().flatMap(Scoring::best).toList();
  }

  @Override
  public void close() {
    columns.close();
  }

  /** Scores the candidates of one hypothesis and keeps as many as the beam can take. */
  private final class Scoring {
    private final Running running;
    private final int parent;
    private final Candidates candidates;
    private final CtcState state;
    private final double[] paths;
    private final int emitted;
    private final List<Extension> best = new ArrayList<>();

    Scoring(Running running, int parent, Candidates candidates) {
      this.running = running;
      this.parent = parent;
      this.candidates = candidates;
      this.state = running.ctc() == null ? scorer.start() : running.ctc().get();
      this.paths = scorer.paths(state);
      Hypothesis hypothesis = running.hypothesis();
      this.emitted =
          options.search().emitted(hypothesis.tokens().length, hypothesis.promptLength());
      best.add(extension(tokens.eos(), candidates.endLogProb(), scorer.end(paths), () -> state));
    }

    IntStream ids() {
      return Arrays.stream(candidates.ids());
    }

    Stream<Extension> best() {
      return best.stream();
    }

    void add(int candidate, float[] column) {
      int token = candidates.ids()[candidate];
      if (token == tokens.eos()) {
        return;
      }
      double[] before = scorer.before(state, paths, token == running.hypothesis().last());
      double score =
          token == tokens.blank()
              ? CtcPrefixScorer.LOG_ZERO
              : scorer.score(before, column, emitted);
      best.add(
          extension(
              token,
              candidates.logProbs()[candidate],
              score,
              () -> scorer.extend(before, column, emitted, score)));
      if (best.size() > 2 * options.beam() + 16) {
        best.sort(Comparator.comparingDouble(Extension::gain).reversed());
        best.subList(options.beam(), best.size()).clear();
      }
    }

    private Extension extension(int token, double decoder, double prefix, Supplier<CtcState> next) {
      double ctc = prefix - state.score();
      double weight = options.ctcWeight();
      boolean alone = weight == 1;
      // Forbidden tokens stay forbidden, even where the decoder has no weight.
      boolean forbidden = decoder == Double.NEGATIVE_INFINITY;
      double attention = alone && !forbidden ? 0 : (1 - weight) * decoder;
      double gain = (forbidden ? decoder : attention) + weight * ctc + options.penalty();
      return new Extension(parent, token, gain, alone ? 0 : decoder, ctc, next);
    }
  }
}
