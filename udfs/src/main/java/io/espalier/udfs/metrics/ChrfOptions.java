package io.espalier.udfs.metrics;

import java.io.Serializable;
import java.util.Locale;

/**
 * How chrF is computed.
 *
 * @param characterOrder the longest character n-gram, 1 or more; 6 in chrF
 * @param wordOrder the longest word n-gram, 0 or more; 0 in chrF, 2 in chrF++
 * @param beta weight of recall relative to precision, 1 or more; 2 in chrF2
 * @param lowercase whether case is ignored
 * @param whitespace whether white space counts among the characters
 * @param epsilonSmoothing the average of the orders' F scores, as chrF++.py and Moses have it,
 *     instead of the F score of the average over effective orders
 */
public record ChrfOptions(
    int characterOrder,
    int wordOrder,
    int beta,
    boolean lowercase,
    boolean whitespace,
    boolean epsilonSmoothing)
    implements Serializable {

  /** sacreBLEU's defaults: chrF2. */
  public static final ChrfOptions CHRF = new ChrfOptions(6, 0, 2, false, false, false);

  /** chrF2++. */
  public static final ChrfOptions CHRF_PLUS_PLUS = new ChrfOptions(6, 2, 2, false, false, false);

  public ChrfOptions {
    if (characterOrder < 1 || wordOrder < 0 || beta < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              ("Cannot compute chrF with character order %d, word order %d, beta %d: must be at"
                  + " least 1, 0 and 1"),
              characterOrder,
              wordOrder,
              beta));
    }
  }

  /** sacreBLEU's signature for these options, under this project's version tag. */
  public String signature(long references) {
    return String.format(
        Locale.ROOT,
        "nrefs:%d|case:%s|eff:%s|nc:%d|nw:%d|space:%s|version:%s",
        references,
        lowercase ? "lc" : "mixed",
        epsilonSmoothing ? "no" : "yes",
        characterOrder,
        wordOrder,
        whitespace ? "yes" : "no",
        MetricsVersion.TAG);
  }

  /** How many n-gram orders there are in all. */
  public int orders() {
    return characterOrder + wordOrder;
  }

  /** The length of a vector of statistics: hypothesis, reference, match for every order. */
  public int width() {
    return 3 * orders();
  }
}
