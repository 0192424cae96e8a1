package io.espalier.udfs.metrics;

/**
 * How a hypothesis differs from its reference, in words or in characters.
 *
 * @param hits items of the reference that the hypothesis has
 * @param substitutions items of the reference that the hypothesis has as something else
 * @param deletions items of the reference that the hypothesis lacks
 * @param insertions items of the hypothesis that the reference lacks
 */
public record Edits(long hits, long substitutions, long deletions, long insertions) {

  /**
   * Errors per item of the reference, as JiWER 4 defines it: with an empty reference, the number of
   * insertions, so 0 where nothing was said and nothing was heard.
   */
  public double rate() {
    long reference = hits + substitutions + deletions;
    long errors = substitutions + deletions + insertions;
    return reference == 0 ? insertions : (double) errors / reference;
  }
}
