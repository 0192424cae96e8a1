package io.espalier.training;

import io.espalier.training.Objective.Losses;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adds up what happened between two lines of the metrics log. */
final class Tally {
  private long utterances;
  private double total;
  private double ctc;
  private double attention;
  private double correct;
  private double tokens;
  private double seconds;
  private double norms;
  private double rate;
  private int steps;
  private int skipped;

  /** Losses of one batch. */
  void add(Losses losses) {
    utterances += losses.utterances();
    total += losses.total() * losses.utterances();
    ctc += losses.ctc();
    attention += losses.attention();
    correct += losses.correct();
    tokens += losses.tokens();
  }

  /** One step of the optimiser; a gradient that is not finite was skipped. */
  void add(double gradientNorm, double learningRate) {
    rate = learningRate;
    steps++;
    if (Double.isFinite(gradientNorm)) {
      norms += gradientNorm;
    } else {
      skipped++;
    }
  }

  /** Time of one step. */
  void add(double stepSeconds) {
    seconds += stepSeconds;
  }

  /** Losses per utterance, accuracy per token. */
  Map<String, Number> losses() {
    Map<String, Number> values = new LinkedHashMap<>();
    values.put("loss", total / utterances);
    values.put("loss_ctc", ctc / utterances);
    values.put("loss_att", attention / utterances);
    values.put("accuracy", correct / tokens);
    return values;
  }

  /** All that a line of training says. */
  Map<String, Number> summary(RunState state) {
    Map<String, Number> values = losses();
    values.put("gradient_norm", norms / Math.max(1, steps - skipped));
    values.put("skipped_steps", skipped);
    values.put("learning_rate", rate);
    values.put("epoch", state.epoch());
    values.put("utterances_seen", state.utterances());
    values.put("utterances_per_s", utterances / seconds);
    values.put("seconds_per_step", seconds / steps);
    values.put("seconds_total", state.seconds());
    return values;
  }
}
