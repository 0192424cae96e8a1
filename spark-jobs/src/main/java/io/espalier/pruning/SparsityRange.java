package io.espalier.pruning;

/** Sparsities from {@code low} to {@code high}, both in [0, 1]. */
public record SparsityRange(double low, double high) {
  public SparsityRange {
    if (!(0 <= low && low <= high && high <= 1)) {
      throw new IllegalArgumentException(
          "Invalid targets: %s to %s, must rise between 0 and 1".formatted(low, high));
    }
  }

  /** The nearest sparsity of the range. */
  public double clamp(double sparsity) {
    return Math.min(high, Math.max(low, sparsity));
  }
}
