package io.espalier.search.beam;

/**
 * Logarithm of the sum of two numbers that are given by their logarithms.
 *
 * <p>What the smaller one adds, {@code log1p(exp(d))} of their distance {@code d}, is interpolated
 * between 128 nodes to the unit by cubic Hermite polynomials, whose error is below 2e-12: the
 * function's fourth derivative is nowhere above 1/8, and 128<sup>-4</sup> / 384 / 8 is 1.2e-12.
 */
final class LogSum {
  /** Terms this far below the largest do not reach the sum's 17th digit. */
  static final double NEGLIGIBLE = -40;

  private static final int NODES_PER_UNIT = 128;
  private static final double STEP = 1.0 / NODES_PER_UNIT;

  /** For each node the function and its slope times the distance of two nodes, from 0 down. */
  private static final double[] NODES = nodes();

  private LogSum() {}

  private static double[] nodes() {
    int count = (int) (-NEGLIGIBLE * NODES_PER_UNIT + 2);
    double[] nodes = new double[2 * count];
    for (int i = 0; i < count; i++) {
      double exp = Math.exp(-i * STEP);
      nodes[2 * i] = Math.log1p(exp);
      nodes[2 * i + 1] = -STEP * exp / (1 + exp);
    }
    return nodes;
  }

  /** {@code log(exp(a) + exp(b))}. */
  static double of(double a, double b) {
    double high = Math.max(a, b);
    double distance = Math.min(a, b) - high;
    if (!(distance > NEGLIGIBLE)) {
      return high;
    }
    double place = -distance * NODES_PER_UNIT;
    int node = (int) place;
    double t = place - node;
    double here = NODES[2 * node];
    double slope = NODES[2 * node + 1];
    double rise = NODES[2 * node + 2] - here;
    double next = NODES[2 * node + 3];
    double bend = 3 * rise - 2 * slope - next + t * (slope + next - 2 * rise);
    return high + here + t * (slope + t * bend);
  }
}
