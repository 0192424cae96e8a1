package io.espalier.search.words;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The likeliest way to say given tokens, by CTC's rules (Graves et al., 2006): each token takes one
 * or more frames, blanks may stand anywhere, and must stand between two equal tokens. Exact, by
 * Viterbi's recursion over tokens and the blanks around them, in double precision and log space.
 */
final class ForcedAlignment {
  private static final double IMPOSSIBLE = Double.NEGATIVE_INFINITY;

  private final TokenScores frames;
  private final int[] tokens;
  private final int states;

  /** Where each state's log-probabilities begin. */
  private final int[] firsts;

  /** States that each state of each frame is best reached by: how many states back. */
  private final byte[] steps;

  private ForcedAlignment(TokenScores frames, int[] tokens) {
    this.frames = frames;
    this.tokens = tokens;
    this.states = 2 * tokens.length + 1;
    this.firsts = new int[states];
    for (int state = 0; state < states; state++) {
      firsts[state] = frames.first(state % 2 == 0 ? frames.blank() : tokens[state / 2]);
    }
    this.steps = new byte[Math.multiplyExact(frames.frames(), states)];
  }

  /**
   * Where each token was said.
   *
   * @param tokens without blanks
   * @return a span for each token, in order; empty if there are too few frames for them
   */
  static Optional<List<TokenSpan>> align(TokenScores frames, int[] tokens) {
    if (tokens.length == 0) {
      return Optional.of(List.of());
    }
    return frames.frames() < needed(tokens)
        ? Optional.empty()
        : new ForcedAlignment(frames, tokens).run();
  }

  /** One frame for each token, and one for the blank between equal ones. */
  private static int needed(int[] tokens) {
    int needed = tokens.length;
    for (int i = 1; i < tokens.length; i++) {
      needed += tokens[i] == tokens[i - 1] ? 1 : 0;
    }
    return needed;
  }

  private Optional<List<TokenSpan>> run() {
    double[] best = new double[states];
    Arrays.fill(best, IMPOSSIBLE);
    best[0] = score(0, 0);
    best[1] = score(0, 1);
    for (int frame = 1; frame < frames.frames(); frame++) {
      // From the last state on, so that what a state comes from is still of the frame before.
      for (int state = states - 1; state >= 0; state--) {
        int back = back(best, state);
        steps[frame * states + state] = (byte) back;
        best[state] = best[state - back] + score(frame, state);
      }
    }
    int last = best[states - 1] > best[states - 2] ? states - 1 : states - 2;
    return best[last] == IMPOSSIBLE ? Optional.empty() : Optional.of(spans(last));
  }

  private int back(double[] best, int state) {
    int back = 0;
    if (state >= 1 && best[state - 1] > best[state]) {
      back = 1;
    }
    if (maySkip(state) && best[state - 2] > best[state - back]) {
      back = 2;
    }
    return back;
  }

  /** Whether the blank before a token may be left out. */
  private boolean maySkip(int state) {
    return state % 2 == 1 && state >= 3 && tokens[state / 2] != tokens[state / 2 - 1];
  }

  private double score(int frame, int state) {
    return frames.values()[firsts[state] + frame];
  }

  private List<TokenSpan> spans(int last) {
    TokenSpan[] spans = new TokenSpan[tokens.length];
    int state = last;
    int end = frames.frames();
    double sum = 0;
    for (int frame = frames.frames() - 1; frame >= 0; frame--) {
      sum += score(frame, state);
      int before = frame == 0 ? -1 : state - steps[frame * states + state];
      if (before != state) {
        if (state % 2 == 1) {
          spans[state / 2] = new TokenSpan(frame, end, sum);
        }
        end = frame;
        sum = 0;
        state = before;
      }
    }
    return List.of(spans);
  }
}
