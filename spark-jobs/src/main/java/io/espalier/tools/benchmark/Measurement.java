package io.espalier.tools.benchmark;

/**
 * One measured figure.
 *
 * @param name stable, such as {@code encoder_gflops_per_s_batch_8}
 * @param unit of the value, empty for a ratio
 * @param bar what is promised, or empty
 */
public record Measurement(String name, double value, String unit, String bar) {
  static Measurement of(String name, double value, String unit) {
    return new Measurement(name, value, unit, "");
  }

  /** The same figure of something special. */
  Measurement prefixed(String prefix) {
    return new Measurement(prefix + "_" + name, value, unit, bar);
  }
}
