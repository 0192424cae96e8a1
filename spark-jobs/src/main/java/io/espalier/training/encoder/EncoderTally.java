package io.espalier.training.encoder;

import io.espalier.training.RunState;
import io.espalier.training.optimizer.LearningRate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The results of an encoder's training steps since the last log line. */
final class EncoderTally {
  private double losses;
  private double hits;
  private long crops;
  private long steps;
  private double seconds;

  /**
   * One step.
   *
   * @param loss mean over the batch
   * @param right crops whose class was found
   * @param rows crops in the batch
   */
  void add(double loss, double right, int rows, double took) {
    losses += loss;
    hits += right;
    crops += rows;
    steps++;
    seconds += took;
  }

  /** All that a line of the metrics says; accuracy from 0 to 1. */
  Map<String, Number> summary(RunState state, LearningRate rate) {
    Map<String, Number> values = new LinkedHashMap<>();
    values.put("loss", losses / steps);
    values.put("accuracy", hits / crops);
    values.put("learning_rate", rate.at(state.step()));
    values.put("utterances_seen", state.utterances());
    values.put("utterances_per_s", crops / seconds);
    values.put("seconds_per_step", seconds / steps);
    values.put("seconds_total", state.seconds());
    return values;
  }

  /** The same for people. */
  String line(long step, long lastStep) {
    return String.format(
        Locale.ROOT,
        "step %d of %d  loss %.3f  accuracy %.1f %%  %.0f min left",
        step,
        lastStep,
        losses / steps,
        100 * hits / crops,
        seconds / steps * (lastStep - step) / 60);
  }
}
