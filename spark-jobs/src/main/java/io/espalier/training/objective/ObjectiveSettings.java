package io.espalier.training.objective;

import java.util.OptionalDouble;

/**
 * The loss of a training step, and its regularisation.
 *
 * @param ctcWeight share of the CTC loss in [0, 1]; the decoder's loss has the rest
 * @param ctcFirst another share for the first steps
 * @param labelSmoothing probability that the decoder's targets spread over all other tokens
 * @param dropout rate behind positions, inside and behind every module
 * @param attentionDropout rate on attention weights
 * @param distillation of the encoder's output
 * @param precision of matrix products and dense convolutions
 * @param interCtcWeight share of the mean CTC loss of intermediate layers in the loss of an
 *     OWSM-CTC, in [0, 1); empty for an encoder-decoder. With it {@code ctcWeight}, {@code
 *     ctcFirst} and {@code labelSmoothing} mean nothing.
 */
public record ObjectiveSettings(
    double ctcWeight,
    CtcFirst ctcFirst,
    double labelSmoothing,
    double dropout,
    double attentionDropout,
    Distillation distillation,
    Precision precision,
    OptionalDouble interCtcWeight) {

  /** Of an encoder-decoder. */
  public ObjectiveSettings(
      double ctcWeight,
      CtcFirst ctcFirst,
      double labelSmoothing,
      double dropout,
      double attentionDropout,
      Distillation distillation,
      Precision precision) {
    this(
        ctcWeight,
        ctcFirst,
        labelSmoothing,
        dropout,
        attentionDropout,
        distillation,
        precision,
        OptionalDouble.empty());
  }

  /** Of an OWSM-CTC. */
  public static ObjectiveSettings ctc(
      double interCtcWeight,
      double dropout,
      double attentionDropout,
      Distillation distillation,
      Precision precision) {
    return new ObjectiveSettings(
        1,
        CtcFirst.NONE,
        0,
        dropout,
        attentionDropout,
        distillation,
        precision,
        OptionalDouble.of(interCtcWeight));
  }

  /** Whether it is the loss of an OWSM-CTC. */
  public boolean isCtc() {
    return interCtcWeight.isPresent();
  }

  /**
   * The share of CTC while an encoder from scratch does not hear anything yet. The decoder learns
   * to guess sentences much faster than CTC learns to hear, and asks the encoder for a constant, in
   * which what there is to hear may be lost.
   *
   * @param steps that it lasts; 0 for none
   * @param weight share of the CTC loss in [0, 1]
   */
  public record CtcFirst(long steps, double weight) {
    /** The same share from the first step on. */
    public static final CtcFirst NONE = new CtcFirst(0, 0);
  }

  /**
   * The mean squared difference of the encoder's output to what the first parameters give with all
   * modules open.
   *
   * @param weight of the difference in the loss
   * @param steps that it lasts
   */
  public record Distillation(double weight, long steps) {
    /** No such difference. */
    public static final Distillation NONE = new Distillation(0, 0);

    /** Whether any step has it. */
    boolean isAny() {
      return weight > 0 && steps > 0;
    }

    /** The weight at a step; steps count from 1. */
    double weight(long step) {
      return step <= steps ? weight : 0;
    }
  }

  /** What matrix products and dense convolutions run in; everything else is float32. */
  public enum Precision {
    /** Exact. */
    FLOAT32,
    /** Mixed precision: faster where the hardware has it, no loss scaling needed. */
    BFLOAT16
  }

  /** Share of the CTC loss at a step; steps count from 1. */
  public double ctcWeight(long step) {
    return step <= ctcFirst.steps() ? ctcFirst.weight() : ctcWeight;
  }
}
