package io.espalier.search.beam;

import java.util.ArrayList;
import java.util.Arrays;
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
  private List<Running> running;
  private boolean done;

  public UtteranceBeam(DecodingOptions options, LengthRules lengths, int[] prompt, int eos) {
    this.options = options;
    this.lengths = lengths;
    this.eos = eos;
    this.promptLength = prompt.length;
    Hypothesis start = new Hypothesis(prompt, prompt.length, 0, 0, 0);
    this.done = lengths.max() <= 0;
    this.running = done ? List.of() : List.of(new Running(start, new int[0], null));
  }

  /**
   * A hypothesis that goes on.
   *
   * @param slots where the decoder's caches hold its generated tokens, but the last
   * @param ctc computes its CTC state, null without CTC or at the start
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Running(Hypothesis hypothesis, int[] slots, Supplier<CtcState> ctc) {}

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

  boolean isDone() {
    return done;
  }

  /**
   * Takes the best extensions.
   *
   * @param step number of the step, from 0
   * @param extensions of all running hypotheses; at least as many as the beam is wide
   */
  void advance(int step, List<Extension> extensions) {
    List<Extension> best = new ArrayList<>(extensions);
    best.sort(Comparator.comparingDouble(this::total).reversed());
    List<Running> next = new ArrayList<>();
    boolean last = step == lengths.max() - 1;
    for (Extension extension : best.subList(0, Math.min(options.beam(), best.size()))) {
      Running parent = running.get(extension.parent());
      Hypothesis longer =
          parent
              .hypothesis()
              .extend(
                  extension.token(), extension.gain(), extension.decoder(), extension.ctcScore());
      Hypothesis hypothesis = last ? longer.append(eos) : longer;
      if (hypothesis.last() != eos) {
        next.add(new Running(hypothesis, parent.slots(), extension.ctc()));
      } else if (step >= lengths.min()) {
        ended.add(hypothesis);
      }
    }
    int longest = options.search().longestEnded(step, promptLength);
    boolean hopeless = options.maxLenRatio() == 0 && EndDetection.isOver(ended, longest);
    done = last || hopeless || next.isEmpty();
    running = done ? List.of() : next;
  }

  /** Notes where the caches hold each running hypothesis's last token. */
  void place(int firstSlot) {
    List<Running> placed = new ArrayList<>(running.size());
    for (int h = 0; h < running.size(); h++) {
      Running r = running.get(h);
      int[] slots = Arrays.copyOf(r.slots(), r.slots().length + 1);
      slots[slots.length - 1] = firstSlot + h;
      placed.add(new Running(r.hypothesis(), slots, r.ctc()));
    }
    running = placed;
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
