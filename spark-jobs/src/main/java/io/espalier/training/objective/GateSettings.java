package io.espalier.training.objective;

import io.espalier.conf.UsageException;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.SparsityRange;
import java.util.List;
import java.util.Set;

/** The pruning of a recipe: learned predictors, or the same modules for all utterances. */
public sealed interface GateSettings {
  /** The same modules for every utterance, all through the training. */
  record Fixed(GateSet gates) implements GateSettings {}

  /**
   * Gate predictors, trained with the model or alone.
   *
   * @param shape of the predictors
   * @param spread what new predictors tell apart before they have learned anything
   * @param contextDropout probability that a context of an utterance is hidden in training
   * @param temperature of the Gumbel softmax
   * @param sampledSteps steps in which gates are drawn at random by their logits; behind them the
   *     likelier choice is taken, as in decoding
   * @param weight of the sparsity loss; utterances' losses are sums over their tokens
   * @param measure what a sparsity is a share of
   */
  record Learned(
      Shape shape,
      Spread spread,
      double contextDropout,
      Temperature temperature,
      long sampledSteps,
      double weight,
      Measure measure,
      Targets targets)
      implements GateSettings {
    public Learned {
      if (!shape.contexts().containsAll(spread.contexts())) {
        throw new UsageException(
            "Invalid gates.spread.contexts: %s, must be from gates.contexts, which are %s"
                .formatted(keys(spread.contexts()), keys(shape.contexts())));
      }
    }
  }

  /**
   * The predictors' shape.
   *
   * @param contexts what they may look at
   * @param projection numbers that each context is projected to
   * @param hidden width of the hidden layer
   * @param view what they see of the frames
   */
  record Shape(Set<ContextKind> contexts, int projection, int hidden, FrameView view) {
    /** Predictors with {@link FrameView#DEFAULT}. */
    public Shape(Set<ContextKind> contexts, int projection, int hidden) {
      this(contexts, projection, hidden, FrameView.DEFAULT);
    }

    public Shape {
      contexts = Set.copyOf(contexts);
    }
  }

  /**
   * How far new predictors set utterances apart.
   *
   * @param contexts utterances that differ in these get different gates
   * @param logits standard deviation over such utterances of what speaks for a module to be open;
   *     openness begins at 3. 0 treats all alike.
   */
  record Spread(Set<ContextKind> contexts, double logits) {
    public static final Spread NONE = new Spread(Set.of(), 0);

    public Spread {
      contexts = Set.copyOf(contexts);
      if (logits > 0 && contexts.isEmpty()) {
        throw new UsageException(
            "Invalid gates.spread.contexts: none, must name at least one context");
      }
    }
  }

  /** Falls from {@code first} to {@code last} in so many steps, by the same factor each. */
  record Temperature(double first, double last, long steps) {
    double at(long step) {
      double share = steps == 0 ? 1 : Math.min(1, (double) step / steps);
      return first * Math.pow(last / first, share);
    }
  }

  /** What a sparsity is a share of. */
  enum Measure {
    /** The number of modules: each counts the same. */
    MODULES,
    /** The modules' FLOPs for a whole window: a dear module counts more. */
    FLOPS
  }

  /**
   * Sparsities to train for: in each batch one, drawn between the lowest and the highest, or what
   * is asked for by default.
   *
   * @param encoder the encoder's; a drawn one outside of it counts as the nearest end
   * @param decoder the decoder's; the encoder's again for a model without one
   * @param asked what is asked for when nobody asks for another
   * @param askedShare share of the batches that get {@code asked}
   * @param curriculum steps in which all targets rise from 0 to their place
   */
  record Targets(
      SparsityRange encoder,
      SparsityRange decoder,
      double asked,
      double askedShare,
      long curriculum) {
    /** Share of the way to the targets that is asked for at a step. */
    double rise(long step) {
      return curriculum == 0 ? 1 : Math.min(1, (double) step / curriculum);
    }
  }

  private static List<String> keys(Set<ContextKind> contexts) {
    return contexts.stream().sorted().map(ContextKind::key).toList();
  }
}
