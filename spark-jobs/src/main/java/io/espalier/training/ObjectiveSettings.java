package io.espalier.training;

/**
 * What a training step minimises, and what it adds noise to.
 *
 * @param ctcWeight share of the CTC loss in [0, 1]; the decoder's loss has the rest
 * @param labelSmoothing probability that the decoder's targets spread over all other tokens
 * @param dropout rate behind positions, inside and behind every module
 * @param attentionDropout rate on attention weights
 * @param precision of matrix products and dense convolutions
 */
public record ObjectiveSettings(
    double ctcWeight,
    double labelSmoothing,
    double dropout,
    double attentionDropout,
    Precision precision) {

  /** What matrix products and dense convolutions run in; everything else is float32. */
  public enum Precision {
    /** Exact. */
    FLOAT32,
    /** Mixed precision: faster where the hardware has it, no loss scaling needed. */
    BFLOAT16
  }

  public ObjectiveSettings {
    check("ctc_weight", ctcWeight, 1);
    check("label_smoothing", labelSmoothing, 0.99);
    check("dropout", dropout, 0.99);
    check("attention_dropout", attentionDropout, 0.99);
  }

  private static void check(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new TrainingException(
          "Invalid %s: %s, must be between 0 and %s".formatted(name, value, most));
    }
  }
}
