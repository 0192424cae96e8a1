package io.espalier.training.objective;

import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateArrays;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateInput;
import io.espalier.pruning.UtteranceContext;
import io.espalier.training.data.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Draws what the gate predictors are shown of a batch, and what sparsity is asked for. */
public final class GateDraw {
  private final GateConfig config;
  private final GateSettings.Learned settings;
  private final EncoderFrames encoderFrames;

  public GateDraw(GateConfig config, GateSettings.Learned settings, OwsmConfig model) {
    this.config = config;
    this.settings = settings;
    this.encoderFrames = EncoderFrames.of(model);
  }

  /**
   * For a batch to learn from: contexts are hidden at random, one target is drawn for all.
   *
   * @param tasks drawn for the examples
   * @param frames feature frames of the examples
   */
  public GateArrays train(
      List<Example> examples,
      List<String> tasks,
      List<Integer> frames,
      long step,
      SplittableRandom random) {
    List<Set<ContextKind>> seen = new ArrayList<>();
    for (int row = 0; row < examples.size(); row++) {
      Set<ContextKind> own = EnumSet.noneOf(ContextKind.class);
      for (ContextKind kind : ContextKind.values()) {
        if (config.contexts().contains(kind) && random.nextDouble() >= settings.contextDropout()) {
          own.add(kind);
        }
      }
      seen.add(own);
    }
    GateSettings.Targets targets = settings.targets();
    // Without a decoder, its targets are the encoder's again.
    double low = Math.min(targets.encoder().low(), targets.decoder().low());
    double high = Math.max(targets.encoder().high(), targets.decoder().high());
    double target =
        random.nextDouble() < targets.askedShare()
            ? targets.asked()
            : low + (high - low) * random.nextDouble();
    GateArrays arrays = arrays(examples, tasks, frames, seen, target);
    float rise = (float) targets.rise(step);
    for (int i = 0; i < arrays.targets().length; i++) {
      arrays.targets()[i] *= rise;
    }
    return arrays;
  }

  /** For a batch to measure with: all contexts, the target that nobody asked to change. */
  public GateArrays evaluate(List<Example> examples, List<String> tasks, List<Integer> frames) {
    List<Set<ContextKind>> seen = Collections.nCopies(examples.size(), config.contexts());
    return arrays(examples, tasks, frames, seen, settings.targets().asked());
  }

  private GateArrays arrays(
      List<Example> examples,
      List<String> tasks,
      List<Integer> frames,
      List<Set<ContextKind>> seen,
      double target) {
    List<GateInput> inputs = new ArrayList<>();
    for (int row = 0; row < examples.size(); row++) {
      Example example = examples.get(row);
      UtteranceContext context =
          new UtteranceContext(example.speaker(), example.event(), Double.NaN, 0, 0);
      int length = encoderFrames.of(frames.get(row));
      inputs.add(new GateInput(example.id(), example.language(), tasks.get(row), context, length));
    }
    double[] targets = new double[examples.size()];
    Arrays.fill(targets, target);
    return GateArrays.of(config, inputs, seen, targets);
  }
}
