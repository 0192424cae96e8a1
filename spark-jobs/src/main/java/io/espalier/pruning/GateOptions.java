package io.espalier.pruning;

import io.espalier.owsm.OwsmConfig;
import java.io.Serializable;
import java.util.Optional;
import java.util.Set;

/**
 * Who decides about the gates: an option of every job that runs a model.
 *
 * @param gates {@code learned} (open without predictors), {@code open}, {@code
 *     fixed:ENCODER/DECODER} or {@code random:ENCODER/DECODER:SEED}
 * @param contexts what learned gates may look at
 * @param target sparsity for rows that ask for none, in [0, 1]; NaN for the predictors' own
 */
public record GateOptions(String gates, Set<ContextKind> contexts, double target)
    implements Serializable {
  /** The bundle's predictors, with all contexts and their own target. */
  public static final GateOptions DEFAULTS =
      new GateOptions("learned", ContextKind.setOf("all"), Double.NaN);

  private static final String FIXED = "fixed:";
  private static final String RANDOM = "random:";

  public GateOptions {
    contexts = Set.copyOf(contexts);
    boolean known =
        gates.equals("learned")
            || gates.equals("open")
            || gates.startsWith(FIXED)
            || gates.startsWith(RANDOM);
    if (!known) {
      throw new IllegalArgumentException(
          "Invalid gates: %s, must be learned, open, fixed:BITS/BITS or random:SHARE/SHARE:SEED"
              .formatted(gates));
    }
    if (!Double.isNaN(target) && !(target >= 0 && target <= 1)) {
      throw new IllegalArgumentException(
          "Invalid target sparsity: %s, must be between 0 and 1".formatted(target));
    }
  }

  /**
   * The decider.
   *
   * @param config of the model
   * @param predictor the bundle's, if it has one
   * @throws IllegalArgumentException if gates are given that do not fit the model
   */
  public GatePolicy policy(OwsmConfig config, Optional<GatePredictor> predictor) {
    if (gates.startsWith(FIXED)) {
      return FixedGates.parse(gates.substring(FIXED.length()), config);
    }
    if (gates.startsWith(RANDOM)) {
      return RandomGates.parse(gates.substring(RANDOM.length()), config);
    }
    if (gates.equals("open") || predictor.isEmpty()) {
      return FixedGates.open(config);
    }
    return new LearnedGates(predictor.get(), contexts, target);
  }
}
