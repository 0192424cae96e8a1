package io.espalier.training;

import java.util.List;

/**
 * Where a run stands; with the parameters and the optimiser's moments, all that it takes to go on
 * bit for bit. Random numbers are drawn anew for each step, from seed and step.
 *
 * @param step steps done
 * @param epoch the current one, from 0
 * @param batch batches of it that are done
 * @param utterances seen since the start
 * @param seconds spent since the start
 * @param best validations whose parameters are kept, best first
 * @param validationsWithoutGain validations since the last one that was the best
 */
public record RunState(
    long step,
    int epoch,
    int batch,
    long utterances,
    double seconds,
    List<Kept> best,
    int validationsWithoutGain) {

  /** Parameters that were kept at a step, with their validation loss. */
  record Kept(long step, double loss) {}

  public static final RunState START = new RunState(0, 0, 0, 0, 0, List.of(), 0);

  public RunState {
    best = List.copyOf(best);
  }

  public RunState afterStep(int batches, int seen, double took) {
    return new RunState(
        step + 1,
        epoch,
        batch + batches,
        utterances + seen,
        seconds + took,
        best,
        validationsWithoutGain);
  }

  RunState nextEpoch() {
    return new RunState(step, epoch + 1, 0, utterances, seconds, best, validationsWithoutGain);
  }

  /**
   * @param kept the best validations now
   * @param gain whether this one is the best of all
   */
  RunState afterValidation(List<Kept> kept, boolean gain) {
    int without = gain ? 0 : validationsWithoutGain + 1;
    return new RunState(step, epoch, batch, utterances, seconds, kept, without);
  }
}
