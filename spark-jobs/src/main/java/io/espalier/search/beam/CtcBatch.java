package io.espalier.search.beam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.CtcHead;
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

/**
 * Joint CTC scoring for a batch. The device computes the candidates' log-probabilities at all
 * frames, the host their prefix scores.
 */
public final class CtcBatch implements AutoCloseable {
  private static final int COLUMNS_AT_ONCE = 4096;

  private final CtcHead head;
  private final TokenTable tokens;
  private final DecodingOptions options;
  private final CostMeter meter;
  private final NDManager manager;
  private NDArray encoderOut;
  private NDArray normalizer;
  private int[] rows;
  private List<CtcPrefixScorer> scorers = new ArrayList<>();

  /**
   * @param encoderOut (rows, frames, width)
   * @param lengths real frames of each row
   */
  public CtcBatch(
      NDManager parent,
      CtcHead head,
      TokenTable tokens,
      DecodingOptions options,
      NDArray encoderOut,
      int[] lengths,
      CostMeter meter) {
    this.head = head;
    this.tokens = tokens;
    this.options = options;
    this.meter = meter;
    this.manager = parent.newSubManager();
    this.encoderOut = encoderOut.duplicate();
    this.encoderOut.attach(manager);
    this.rows = IntStream.range(0, lengths.length).toArray();
    this.normalizer = head.normalizer(manager, encoderOut);
    count(head.normalizerFlops(frames()));
    int[][] blanks = new int[rows.length][1];
    Arrays.fill(blanks, new int[] {tokens.blank()});
    float[][][] columns = columns(blanks);
    for (int row = 0; row < rows.length; row++) {
      scorers.add(new CtcPrefixScorer(Arrays.copyOf(columns[row][0], lengths[row])));
    }
  }

  private int frames() {
    return (int) encoderOut.getShape().get(1);
  }

  private void count(long flops) {
    for (int row : rows) {
      meter.spend(CostPart.CTC, row, flops);
      meter.dense(CostPart.CTC, row, flops);
    }
  }

  /** Goes on with some of the rows. */
  void retain(int[] keep) {
    NDArray fewer = head.select(manager, encoderOut, keep);
    NDArray fewerNormalizers = head.select(manager, normalizer, keep);
    encoderOut.close();
    normalizer.close();
    encoderOut = fewer;
    normalizer = fewerNormalizers;
    rows = Arrays.stream(keep).map(place -> rows[place]).toArray();
    scorers = Arrays.stream(keep).mapToObj(scorers::get).toList();
  }

  /** Adds CTC scores to the candidates of every running hypothesis. */
  List<List<Extension>> score(List<UtteranceBeam> active, List<List<Candidates>> candidates) {
    List<List<Scoring>> scorings = new ArrayList<>();
    int longest = 0;
    for (int row = 0; row < active.size(); row++) {
      List<Scoring> ofRow = new ArrayList<>();
      for (int h = 0; h < candidates.get(row).size(); h++) {
        Running running = active.get(row).running().get(h);
        ofRow.add(new Scoring(scorers.get(row), running, h, candidates.get(row).get(h)));
      }
      longest = Math.max(longest, ofRow.stream().mapToInt(Scoring::count).sum());
      scorings.add(ofRow);
    }
    int step = Math.max(1, COLUMNS_AT_ONCE / active.size());
    for (int from = 0; from < longest; from += step) {
      score(scorings, from, Math.min(step, longest - from));
    }
    return scorings.stream().map(row -> row.stream().flatMap(Scoring::best).toList()).toList();
  }

  /** Candidates of a row lie behind each other, hypothesis by hypothesis. */
  private void score(List<List<Scoring>> scorings, int from, int count) {
    int[][] ids = new int[scorings.size()][count];
    for (int row = 0; row < ids.length; row++) {
      int[] all = scorings.get(row).stream().flatMapToInt(Scoring::ids).toArray();
      for (int i = 0; i < count && from + i < all.length; i++) {
        ids[row][i] = all[from + i];
      }
    }
    float[][][] columns = columns(ids);
    for (int row = 0; row < ids.length; row++) {
      int first = 0;
      for (Scoring scoring : scorings.get(row)) {
        int begin = Math.max(from, first);
        int end = Math.min(from + count, first + scoring.count());
        for (int i = begin; i < end; i++) {
          scoring.add(i - first, columns[row][i - from]);
        }
        first += scoring.count();
      }
    }
  }

  private float[][][] columns(int[][] ids) {
    int count = ids[0].length;
    int[] flat = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
    count(head.columnFlops(frames(), count));
    try (NDManager scope = manager.newSubManager()) {
      NDArray index = HostData.of(scope, flat, new Shape(ids.length, count));
      float[] all = head.columns(scope, encoderOut, normalizer, index).toFloatArray();
      float[][][] columns = new float[ids.length][count][];
      for (int i = 0; i < flat.length; i++) {
        columns[i / count][i % count] = Arrays.copyOfRange(all, i * frames(), (i + 1) * frames());
      }
      return columns;
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  /** Scores the candidates of one hypothesis and keeps as many as the beam can take. */
  private final class Scoring {
    private final CtcPrefixScorer scorer;
    private final Running running;
    private final int parent;
    private final Candidates candidates;
    private final CtcState state;
    private final double[] paths;
    private final int emitted;
    private final List<Extension> best = new ArrayList<>();

    Scoring(CtcPrefixScorer scorer, Running running, int parent, Candidates candidates) {
      this.scorer = scorer;
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

    int count() {
      return candidates.ids().length;
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
