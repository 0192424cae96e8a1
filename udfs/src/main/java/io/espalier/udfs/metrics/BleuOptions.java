package io.espalier.udfs.metrics;

import java.io.Serializable;
import java.util.Locale;

/**
 * How BLEU is computed.
 *
 * @param tokenizer the tokeniser of a line
 * @param smoothing treatment of orders without a match
 * @param smoothingValue for {@code floor} and {@code add-k}; at least 0
 * @param lowercase whether case is ignored
 * @param effectiveOrder whether to ignore orders for which the hypothesis is too short; meant for
 *     single sentences
 */
public record BleuOptions(
    BleuTokenizer tokenizer,
    Smoothing smoothing,
    double smoothingValue,
    boolean lowercase,
    boolean effectiveOrder)
    implements Serializable {

  /** sacreBLEU's defaults for a corpus: 13a, exp, cased. */
  public static final BleuOptions CORPUS =
      new BleuOptions(BleuTokenizer.MTEVAL_13A, Smoothing.EXP, Double.NaN, false, false);

  /** The same for a sentence: with effective order. */
  public static final BleuOptions SENTENCE =
      new BleuOptions(BleuTokenizer.MTEVAL_13A, Smoothing.EXP, Double.NaN, false, true);

  public BleuOptions {
    if (smoothingValue < 0) {
      throw new IllegalArgumentException(
          "Cannot smooth BLEU with %s, must be at least 0".formatted(smoothingValue));
    }
    if (Double.isNaN(smoothingValue)) {
      smoothingValue = smoothing.defaultValue();
    }
  }

  /**
   * sacreBLEU's signature for these options, under this project's version tag, since the figures
   * are not sacreBLEU's own output.
   *
   * @param references references per segment; negative if they vary
   */
  public String signature(long references) {
    String smooth =
        switch (smoothing) {
          case NONE, EXP -> smoothing.label();
          case FLOOR, ADD_K ->
              smoothing.label() + "[" + String.format(Locale.ROOT, "%.2f", smoothingValue) + "]";
        };
    return "nrefs:%s|case:%s|eff:%s|tok:%s|smooth:%s|version:%s"
        .formatted(
            references < 0 ? "var" : Long.toString(references),
            lowercase ? "lc" : "mixed",
            effectiveOrder ? "yes" : "no",
            tokenizer.label(),
            smooth,
            MetricsVersion.TAG);
  }
}
