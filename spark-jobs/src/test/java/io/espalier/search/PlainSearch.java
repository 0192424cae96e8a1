package io.espalier.search;

import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.LengthRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * ESPnet's beam search as its paper would write it down: one utterance, every score from scratch.
 * It also says how far it was from choosing otherwise anywhere, for where that is less than the
 * rounding of 32-bit reals nobody can say which list is right. Of impossible hypotheses, which are
 * taken where there are no others, any are right.
 */
final class PlainSearch {
  private static final double HOPELESS = -10;
  private static final double IMPOSSIBLE = -1e8;

  private final ForcedDecoding forced;
  private final DecodingOptions options;
  private final int eos;
  private final int frames;
  private final int room;
  private double margin = Double.POSITIVE_INFINITY;
  private boolean lonely;
  private boolean arbitrary;
  private boolean retried;

  /**
   * @param frames of the encoder's output
   * @param room positions that the decoder has behind the prompt
   */
  PlainSearch(ForcedDecoding forced, DecodingOptions options, int eos, int frames, int room) {
    this.forced = forced;
    this.options = options;
    this.eos = eos;
    this.frames = frames;
    this.room = room;
  }

  /** A sequence, prompt included, and its score. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by its tokens where it is.
  record Found(int[] tokens, double score) {}

  /** How far any choice was from another, in units of the error that its score may have. */
  double margin() {
    return margin;
  }

  /** Whether one hypothesis went on alone after others had run beside it. */
  boolean lonely() {
    return lonely;
  }

  /** Whether nothing had ended until the minimum of the length was lower. */
  boolean retried() {
    return retried;
  }

  /** Whether rules and CTC leave any chance to a hypothesis of that score. */
  static boolean isPossible(double score) {
    return score > IMPOSSIBLE;
  }

  /** What may be between two scores that are the same. */
  static double tolerance(double score) {
    return Math.max(1e-4, 1e-8 * Math.abs(score));
  }

  /** Finished hypotheses that are possible, best first. */
  List<Found> nBest(int[] prompt) {
    double ratio = options.minLenRatio();
    List<Found> found = once(prompt, ratio);
    while (found.isEmpty() && ratio >= 0.1) {
      ratio -= 0.1;
      retried = true;
      found = once(prompt, ratio);
    }
    List<Found> possible = found.stream().filter(one -> isPossible(one.score())).toList();
    boolean decides = options.maxLenRatio() == 0 || possible.isEmpty() || options.ctcWeight() > 0;
    if (arbitrary && decides) {
      // Which impossible ones have ended decides about when to stop, and whether to search again;
      // with CTC the end makes those possible again that took a blank for a token.
      margin = 0;
    }
    return possible;
  }

  private List<Found> once(int[] prompt, double minLenRatio) {
    LengthRules lengths = LengthRules.of(options, minLenRatio, frames, room);
    List<Found> running = List.of(new Found(prompt, 0));
    List<Found> ended = new ArrayList<>();
    boolean together = false;
    for (int step = 0; step < lengths.max() && !running.isEmpty(); step++) {
      together |= running.size() > 1;
      lonely |= together && running.size() == 1;
      List<Found> next = new ArrayList<>();
      for (Found best : best(running, prompt.length)) {
        boolean last = step == lengths.max() - 1;
        boolean ends = best.tokens()[best.tokens().length - 1] == eos;
        if (!last && !ends) {
          next.add(best);
        } else if (step >= lengths.min()) {
          ended.add(last ? new Found(with(best.tokens(), eos), best.score()) : best);
        }
      }
      running = next;
      if (options.maxLenRatio() == 0 && isOver(ended, step, prompt.length)) {
        break;
      }
    }
    return ranked(ended);
  }

  private List<Found> best(List<Found> running, int promptLength) {
    List<Found> all = new ArrayList<>();
    for (Found one : running) {
      for (int token : candidates(one.tokens())) {
        int[] longer = with(one.tokens(), token);
        all.add(new Found(longer, forced.of(longer, promptLength).total()));
      }
    }
    all.sort(Comparator.comparingDouble(Found::score).reversed());
    if (all.size() > options.beam()) {
      narrow(all.get(options.beam() - 1).score(), all.get(options.beam()).score());
    }
    return all.subList(0, Math.min(options.beam(), all.size()));
  }

  /** With CTC only the decoder's best are looked at, and the end in any case. */
  private int[] candidates(int[] sequence) {
    double[] logProbs = forced.behind(sequence);
    int preselected = (int) (1.5 * options.beam());
    double weight = options.ctcWeight();
    if (weight == 0 || weight == 1 || preselected >= logProbs.length) {
      return IntStream.range(0, logProbs.length).toArray();
    }
    int[] ids =
        IntStream.range(0, logProbs.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> logProbs[id]).reversed())
            .mapToInt(id -> id)
            .toArray();
    if (isPossible(logProbs[ids[preselected - 1]])) {
      narrow(logProbs[ids[preselected - 1]], logProbs[ids[preselected]]);
    }
    int[] best = Arrays.copyOf(ids, preselected);
    return Arrays.stream(best).anyMatch(id -> id == eos) ? best : with(best, eos);
  }

  private boolean isOver(List<Found> ended, int step, int promptLength) {
    if (ended.isEmpty()) {
      return false;
    }
    double best = ended.stream().mapToDouble(Found::score).max().orElseThrow();
    int newest =
        switch (options.search()) {
          case ESPNET_202611 -> step + promptLength - 1;
          case ESPNET_202511 -> step;
        };
    boolean over = true;
    for (int length : new int[] {newest, newest - 1, newest - 2}) {
      double score =
          ended.stream()
              .filter(one -> one.tokens().length == length)
              .mapToDouble(Found::score)
              .max()
              .orElse(Double.NaN);
      if (!Double.isNaN(score)) {
        margin = Math.min(margin, Math.abs(score - best - HOPELESS) / tolerance(best));
      }
      over &= score - best < HOPELESS;
    }
    return over;
  }

  private List<Found> ranked(List<Found> ended) {
    Comparator<Found> byRank = Comparator.comparingDouble(this::rank);
    List<Found> ranked = ended.stream().sorted(byRank.reversed()).toList();
    for (int i = 1; i < ranked.size() && isPossible(ranked.get(i).score()); i++) {
      narrow(rank(ranked.get(i - 1)), rank(ranked.get(i)));
    }
    return ranked;
  }

  private double rank(Found found) {
    return options.normalizeLength() ? found.score() / (found.tokens().length - 1) : found.score();
  }

  /** Notes a choice of one score before another. */
  private void narrow(double chosen, double left) {
    if (isPossible(chosen)) {
      margin = Math.min(margin, (chosen - left) / tolerance(chosen));
    } else {
      arbitrary = true;
    }
  }

  private static int[] with(int[] tokens, int token) {
    int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
    longer[tokens.length] = token;
    return longer;
  }
}
