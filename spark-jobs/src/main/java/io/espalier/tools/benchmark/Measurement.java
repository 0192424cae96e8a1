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
}
