package io.espalier.spark.export.format;

/**
 * A place at which a text can be divided.
 *
 * @param end offset at which the text before it ends
 * @param next offset at which the text after it begins, behind a space if there is one
 */
record BreakPoint(int end, int next, Kind kind) {
  /** What ends there. */
  enum Kind {
    SENTENCE(0),
    CLAUSE(0.4),
    WORD(1),
    CHARACTER(1.2);

    private final double cost;

    Kind(double cost) {
      this.cost = cost;
    }

    /** How bad it is to divide a text there. */
    double cost() {
      return cost;
    }
  }
}
