package io.espalier.training;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateParameters;
import io.espalier.training.objective.Objective.Losses;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Adds up what happened between two lines of the metrics log. */
final class Tally {
  private long utterances;
  private double total;
  private double ctc;
  private double intermediate;
  private double attention;
  private double correct;
  private double tokens;
  private double seconds;
  private double norms;
  private double rate;
  private int steps;
  private int skipped;
  private double[] open = new double[0];

  /** Losses of one batch. */
  void add(Losses losses) {
    utterances += losses.utterances();
    total += losses.total() * losses.utterances();
    ctc += losses.ctc();
    intermediate += losses.intermediate();
    attention += losses.attention();
    correct += losses.correct();
    tokens += losses.tokens();
    open = Arrays.copyOf(open, losses.open().length);
    for (int module = 0; module < open.length; module++) {
      open[module] += losses.open()[module] * losses.utterances();
    }
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

  /** Losses per utterance, accuracy per token; an OWSM-CTC predicts no token after the other. */
  Map<String, Number> losses() {
    Map<String, Number> values = new LinkedHashMap<>();
    values.put("loss", total / utterances);
    values.put("loss_ctc", ctc / utterances);
    if (tokens > 0) {
      values.put("loss_att", attention / utterances);
      values.put("accuracy", correct / tokens);
    } else {
      values.put("loss_interctc", intermediate / utterances);
    }
    return values;
  }

  /** Mean openness of encoder and decoder and of each module; empty without gate predictors. */
  Map<String, Number> openness(OwsmConfig config) {
    Map<String, Number> values = new LinkedHashMap<>();
    if (open.length == 0) {
      return values;
    }
    int encoder = GateParameters.encoderModules(config);
    values.put(
        "open_encoder", Arrays.stream(open, 0, encoder).average().orElseThrow() / utterances);
    if (open.length > encoder) {
      values.put(
          "open_decoder",
          Arrays.stream(open, encoder, open.length).average().orElseThrow() / utterances);
    }
    for (int layer = 0; layer < config.encoder().numBlocks(); layer++) {
      for (EncoderModule module : EncoderModule.values()) {
        values.put(
            "open.encoder." + layer + "." + name(module), open[module.gate(layer)] / utterances);
      }
    }
    List<Integer> crossAttention = config.crossAttention();
    for (int i = 0; i < crossAttention.size(); i++) {
      values.put(
          "open.encoder." + crossAttention.get(i) + ".src",
          open[GateParameters.regularModules(config) + i] / utterances);
    }
    for (int layer = 0; layer < config.decoder().numBlocks(); layer++) {
      for (DecoderModule module : DecoderModule.values()) {
        values.put(
            "open.decoder." + layer + "." + name(module),
            open[encoder + module.gate(layer)] / utterances);
      }
    }
    return values;
  }

  private static String name(Enum<?> module) {
    return module.name().toLowerCase(Locale.ROOT);
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
