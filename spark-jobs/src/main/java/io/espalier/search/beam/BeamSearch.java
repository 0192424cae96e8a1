package io.espalier.search.beam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.owsm.DecoderState;
import io.espalier.owsm.TokenTable;
import io.espalier.search.beam.UtteranceBeam.Extension;
import io.espalier.search.beam.UtteranceBeam.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Beam search over many utterances at once, with ESPnet's scores and stopping rules ({@code
 * BatchBeamSearch}; {@link SearchRelease} says of which release). Beam 1 is greedy search.
 *
 * <p>All utterances take a step together; those that are done leave the batch. Each hypothesis
 * brings its best few tokens from the device, the rest happens on the host.
 */
public final class BeamSearch {
  /** ESPnet scores this many times the beam with CTC. */
  private static final double CTC_CANDIDATES = 1.5;

  /** Copying the caches of those that stay costs about one step, so it waits for this share. */
  private static final double COMPACT_BELOW = 0.8;

  private final Kernels kernels;
  private final TokenTable tokens;
  private final DecodingOptions options;

  public BeamSearch(Kernels kernels, TokenTable tokens, DecodingOptions options) {
    this.kernels = kernels;
    this.tokens = tokens;
    this.options = options;
  }

  /**
   * Runs until every utterance is done.
   *
   * @param decoder the batch after its prompts were run
   * @param hidden (rows, 1, width) behind the prompts
   * @param beams one for each row
   * @param ctc scores prefixes, or null if the CTC weight is 0
   */
  public void run(
      NDManager manager,
      DecoderState decoder,
      NDArray hidden,
      List<UtteranceBeam> beams,
      CtcBatch ctc) {
    List<UtteranceBeam> active = new ArrayList<>(beams);
    NDArray behind = hidden;
    for (int step = 0; ; step++) {
      try (NDManager scope = manager.newSubManager()) {
        behind.attach(scope);
        List<List<Extension>> extensions = extensions(scope, decoder, behind, active, ctc);
        for (int row = 0; row < active.size(); row++) {
          if (!active.get(row).isDone()) {
            active.get(row).advance(step, extensions.get(row));
          }
        }
        active = compact(decoder, active, ctc);
        if (active.isEmpty()) {
          return;
        }
        behind = step(scope, decoder, active);
        behind.attach(manager);
      }
    }
  }

  private static List<UtteranceBeam> compact(
      DecoderState decoder, List<UtteranceBeam> active, CtcBatch ctc) {
    int[] going =
        IntStream.range(0, active.size()).filter(row -> !active.get(row).isDone()).toArray();
    if (going.length == 0) {
      return List.of();
    }
    if (going.length > COMPACT_BELOW * active.size()) {
      return active;
    }
    decoder.retain(going);
    if (ctc != null) {
      ctc.retain(going);
    }
    return IntStream.of(going).mapToObj(active::get).toList();
  }

  /** Runs the last token of every hypothesis. */
  private static NDArray step(NDManager scope, DecoderState decoder, List<UtteranceBeam> active) {
    int[][] last = new int[active.size()][];
    int[][][] slots = new int[active.size()][][];
    for (int row = 0; row < last.length; row++) {
      List<Running> running = active.get(row).running();
      last[row] = running.stream().mapToInt(one -> one.hypothesis().last()).toArray();
      slots[row] = running.stream().map(Running::slots).toArray(int[][]::new);
    }
    int first = decoder.usedSlots();
    NDArray hidden = decoder.step(scope, last, slots);
    active.forEach(beam -> beam.place(first));
    return hidden;
  }

  private List<List<Extension>> extensions(
      NDManager scope,
      DecoderState decoder,
      NDArray hidden,
      List<UtteranceBeam> active,
      CtcBatch ctc) {
    int width = (int) hidden.getShape().get(1);
    NDArray logProbs = decoder.logProbs(scope, hidden);
    int vocabulary = (int) logProbs.getShape().get(2);
    NDArray rows = logProbs.reshape(new Shape((long) active.size() * width, vocabulary));
    rows = filter(scope, rows, active, width);
    BestTokens best = BestTokens.of(kernels, scope, rows, candidates(vocabulary), tokens.eos());
    List<List<Candidates>> all = new ArrayList<>();
    for (int row = 0; row < active.size(); row++) {
      List<Candidates> ofRow = new ArrayList<>();
      for (int h = 0; h < active.get(row).running().size(); h++) {
        ofRow.add(best.candidates(row * width + h));
      }
      all.add(ofRow);
    }
    return ctc == null ? all.stream().map(this::decoderOnly).toList() : ctc.score(active, all);
  }

  private int candidates(int vocabulary) {
    if (options.ctcWeight() == 0) {
      return options.beam();
    }
    int preselected = (int) (CTC_CANDIDATES * options.beam());
    boolean all = options.ctcWeight() == 1 || preselected >= vocabulary;
    return all ? vocabulary : preselected;
  }

  private List<Extension> decoderOnly(List<Candidates> hypotheses) {
    List<Extension> extensions = new ArrayList<>();
    for (int h = 0; h < hypotheses.size(); h++) {
      Candidates c = hypotheses.get(h);
      for (int i = 0; i < c.ids().length; i++) {
        double gain = c.logProbs()[i] + options.penalty();
        extensions.add(new Extension(h, c.ids()[i], gain, c.logProbs()[i], 0, null));
      }
    }
    return extensions;
  }

  /** ESPnet's {@code ScoreFilter}: timestamps come in rising pairs, or not at all. */
  private NDArray filter(NDManager scope, NDArray logProbs, List<UtteranceBeam> active, int width) {
    if (!tokens.hasTimestamps()) {
      return logProbs;
    }
    long[] rules = new long[active.size() * width * 3];
    boolean onlyForbidsTimestamps = true;
    for (int row = 0; row < active.size(); row++) {
      List<Running> running = active.get(row).running();
      for (int h = 0; h < width; h++) {
        TokenFilter filter =
            h < running.size()
                ? TimestampRules.filter(tokens, running.get(h).hypothesis().tokens())
                : TokenFilter.NO_TIMESTAMPS;
        onlyForbidsTimestamps &= filter.equals(TokenFilter.NO_TIMESTAMPS);
        int at = (row * width + h) * 3;
        rules[at] = filter.textAllowed() ? 1 : 0;
        rules[at + 1] = filter.eosAllowed() ? 1 : 0;
        rules[at + 2] = filter.minTimestampId();
      }
    }
    if (onlyForbidsTimestamps) {
      return kernels
          .call("forbid")
          .with(logProbs)
          .with(tokens.firstTimestamp())
          .with(tokens.lastTimestamp())
          .run(scope);
    }
    return kernels
        .call("apply_filter")
        .with(logProbs)
        .with(HostData.of(scope, rules, new Shape((long) active.size() * width, 3)))
        .with(tokens.firstTimestamp())
        .with(tokens.lastTimestamp())
        .with(tokens.eos())
        .run(scope);
  }
}
