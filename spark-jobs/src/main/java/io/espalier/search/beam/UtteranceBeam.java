package io.espalier.search.beam;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * One utterance's side of the beam search, on the host: what runs, what has ended, and the rules of
 * ESPnet's {@code BeamSearch} about both.
 */
public final class UtteranceBeam {
  private final DecodingOptions options;
  private final LengthRules lengths;
  private final int eos;
  private final int promptLength;
  private final List<Hypothesis> ended = new ArrayList<>();
  private final CtcRow ctc;
  private List<Running> running;
  private int step;
  private boolean done;

  /**
   * @param ctc scores prefixes, or null if the CTC weight is 0
   */
  public UtteranceBeam(
      DecodingOptions options, LengthRules lengths, int[] prompt, int eos, CtcRow ctc) {
    this.options = options;
    this.lengths = lengths;
    this.eos = eos;
    this.promptLength = prompt.length;
    this.ctc = ctc;
    Hypothesis start = new Hypothesis(prompt, prompt.length, 0, 0, 0);
    this.done = lengths.max() <= 0;
    this.running = done ? List.of() : List.of(new Running(start, 0, null));
  }

  /**
   * A hypothesis that goes on.
   *
   * @param parent its place among those that ran before which it extends
   * @param ctc computes its CTC state, null without CTC or at the start
   */
  record Running(Hypothesis hypothesis, int parent, Supplier<CtcState> ctc) {}

  /**
   * One possible extension.
   *
   * @param parent place of the extended hypothesis among the running ones
   * @param gain weighted sum of all its scores
   * @param ctc computes the CTC state behind the token, null without CTC
   */
  record Extension(
      int parent,
      int token,
      double gain,
      double decoder,
      double ctcScore,
      Supplier<CtcState> ctc) {}

  /** What goes on; nothing once the search is done. */
  List<Running> running() {
    return running;
  }

  /** Whether it takes no more steps. */
  public boolean isDone() {
    return done;
  }

  /** The last tokens of what goes on. */
  int[] lastTokens() {
    return running.stream().mapToInt(one -> one.hypothesis().last()).toArray();
  }

  /** What each of them extends. */
  int[] parents() {
    return running.stream().mapToInt(Running::parent).toArray();
  }

  /**
   * Takes a step with the best extensions.
   *
   * @param candidates the best tokens behind each running hypothesis; all together at least as many
   *     as the beam is wide
   */
  void advance(List<Candidates> candidates) {
    List<Extension> best =
        best(ctc == null ? decoderOnly(candidates) : ctc.score(running, candidates));
    List<Running> next = new ArrayList<>();
    boolean last = step == lengths.max() - 1;
    for (Extension extension : best) {
      Running parent = running.get(extension.parent());
      Hypothesis longer =
          parent
              .hypothesis()
              .extend(
                  extension.token(), extension.gain(), extension.decoder(), extension.ctcScore());
      Hypothesis hypothesis = last ? longer.append(eos) : longer;
      if (hypothesis.last() != eos) {
        next.add(new Running(hypothesis, extension.parent(), extension.ctc()));
      } else if (step >= lengths.min()) {
        ended.add(hypothesis);
      }
    }
    int longest = options.search().longestEnded(step, promptLength);
    boolean hopeless = options.maxLenRatio() == 0 && EndDetection.isOver(ended, longest);
    done = last || hopeless || next.isEmpty();
    running = done ? List.of() : next;
    step++;
  }

  private List<Extension> decoderOnly(List<Candidates> candidates) {
    List<Extension> extensions = new ArrayList<>();
    for (int h = 0; h < candidates.size(); h++) {
      Candidates c = candidates.get(h);
      for (int i = 0; i < c.ids().length; i++) {
        double logProb = c.logProbs()[i];
        extensions.add(new Extension(h, c.ids()[i], logProb + options.penalty(), logProb, 0, null));
      }
    }
    return extensions;
  }

  /** As many as the beam is wide, best first; of equal ones the first. */
  private List<Extension> best(List<Extension> extensions) {
    List<Extension> best = new ArrayList<>();
    for (Extension extension : extensions) {
      int place = best.size();
      while (place > 0 && Double.compare(total(extension), total(best.get(place - 1))) > 0) {
        place--;
      }
      if (place < options.beam()) {
        best.add(place, extension);
        if (best.size() > options.beam()) {
          best.remove(options.beam());
        }
      }
    }
    return best;
  }

  private double total(Extension extension) {
    return running.get(extension.parent()).hypothesis().score() + extension.gain();
  }

  /** What ended, best first. */
  public List<Hypothesis> nBest() {
    Comparator<Hypothesis> byScore =
        options.normalizeLength()
            ? Comparator.comparingDouble(h -> h.score() / (h.tokens().length - 1))
            : Comparator.comparingDouble(Hypothesis::score);
    return ended.stream().sorted(byScore.reversed()).toList();
  }
}
