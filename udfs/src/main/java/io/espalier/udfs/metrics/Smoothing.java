package io.espalier.udfs.metrics;

import java.util.Locale;

/** BLEU's treatment of an n-gram order without a match (Chen and Cherry, WMT 2014). */
public enum Smoothing {
  /** Nothing: the score is 0. */
  NONE("none", Double.NaN),
  /** The matches count as a small number, 0.1 unless given. */
  FLOOR("floor", 0.1),
  /** A number is added to matches and totals above unigrams, 1 unless given. */
  ADD_K("add-k", 1),
  /** The matches count as 1/2, 1/4, 1/8 …: mteval's own, and the default. */
  EXP("exp", Double.NaN);

  private final String label;
  private final double defaultValue;

  Smoothing(String label, double defaultValue) {
    this.label = label;
    this.defaultValue = defaultValue;
  }

  /** The name that sacreBLEU gives it. */
  public String label() {
    return label;
  }

  /** The value used where none is given; NaN if it takes none. */
  public double defaultValue() {
    return defaultValue;
  }

  /**
   * Finds a smoothing by sacreBLEU's name, in any case.
   *
   * @throws IllegalArgumentException if there is none; the message lists all
   */
  public static Smoothing named(String name) {
    for (Smoothing smoothing : values()) {
      if (smoothing.label.equals(name.toLowerCase(Locale.ROOT))) {
        return smoothing;
      }
    }
    throw new IllegalArgumentException(
        "Cannot find BLEU smoothing: %s, must be one of exp, floor, add-k, none".formatted(name));
  }
}
