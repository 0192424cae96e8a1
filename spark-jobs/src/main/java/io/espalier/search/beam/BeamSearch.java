package io.espalier.search.beam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.owsm.TokenTable;
import io.espalier.search.beam.UtteranceBeam.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Beam search over many utterances at once, with ESPnet's scores and stopping rules ({@code
 * BatchBeamSearch}; {@link SearchRelease} says of which release). Beam 1 is greedy search.
 *
 * <p>All utterances take a step together. One that is done leaves at once and another takes its
 * place, so that there are as many as may be until nobody waits. Each hypothesis brings its best
 * few tokens from the device, the rest happens on the host.
 */
public final class BeamSearch {
  /** ESPnet scores this many times the beam with CTC. */
  private static final double CTC_CANDIDATES = 1.5;

  private final Kernels kernels;
  private final TokenTable tokens;
  private final DecodingOptions options;

  public BeamSearch(Kernels kernels, TokenTable tokens, DecodingOptions options) {
    this.kernels = kernels;
    this.tokens = tokens;
    this.options = options;
  }

  /** Where utterances come from, and where they go. */
  public interface Traffic {
    /**
     * Prepares utterances that wait.
     *
     * @param most of them at least 1
     * @return nothing if none waits
     */
    Optional<Prefilled> next(int most);

    /** A step is done with these utterances, some of which may have ended with it. */
    void stepped(List<UtteranceBeam> utterances);

    /** That one has ended. */
    void ended(UtteranceBeam utterance);
  }

  /**
   * Runs until every utterance is done and none waits.
   *
   * @param most utterances that take a step together
   */
  public void run(NDManager manager, int most, Traffic traffic) {
    try (SearchBatch batch = new SearchBatch(kernels, manager, traffic, most)) {
      batch.fill();
      while (!batch.active().isEmpty()) {
        try (NDManager scope = manager.newSubManager()) {
          advance(scope, batch);
        }
        traffic.stepped(batch.active());
        batch.turn();
      }
    }
  }

  private void advance(NDManager scope, SearchBatch batch) {
    List<UtteranceBeam> active = batch.active();
    NDArray logProbs = filter(scope, batch.logProbs(scope), active);
    int wanted = candidates((int) logProbs.getShape().get(1));
    BestTokens best = BestTokens.of(kernels, scope, logProbs, wanted, tokens.eos());
    int at = 0;
    for (UtteranceBeam beam : active) {
      List<Candidates> candidates = new ArrayList<>();
      for (int h = 0; h < beam.running().size(); h++) {
        candidates.add(best.candidates(at++));
      }
      beam.advance(candidates);
    }
  }

  private int candidates(int vocabulary) {
    if (options.ctcWeight() == 0) {
      return options.beam();
    }
    int preselected = (int) (CTC_CANDIDATES * options.beam());
    boolean all = options.ctcWeight() == 1 || preselected >= vocabulary;
    return all ? vocabulary : preselected;
  }

  /** ESPnet's {@code ScoreFilter}: timestamps come in rising pairs, or not at all. */
  private NDArray filter(NDManager scope, NDArray logProbs, List<UtteranceBeam> active) {
    if (!tokens.hasTimestamps()) {
      return logProbs;
    }
    List<TokenFilter> filters = new ArrayList<>();
    for (UtteranceBeam beam : active) {
      for (Running running : beam.running()) {
        filters.add(TimestampRules.filter(tokens, running.hypothesis().tokens()));
      }
    }
    if (filters.stream().allMatch(TokenFilter.NO_TIMESTAMPS::equals)) {
      return kernels
          .call("forbid")
          .with(logProbs)
          .with(tokens.firstTimestamp())
          .with(tokens.lastTimestamp())
          .run(scope);
    }
    long[] rules =
        filters.stream()
            .flatMapToLong(
                one ->
                    LongStream.of(
                        one.textAllowed() ? 1 : 0, one.eosAllowed() ? 1 : 0, one.minTimestampId()))
            .toArray();
    return kernels
        .call("apply_filter")
        .with(logProbs)
        .with(HostData.of(scope, rules, new Shape(filters.size(), 3)))
        .with(tokens.firstTimestamp())
        .with(tokens.lastTimestamp())
        .with(tokens.eos())
        .run(scope);
  }
}
