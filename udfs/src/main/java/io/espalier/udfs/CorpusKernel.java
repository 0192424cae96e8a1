package io.espalier.udfs;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/**
 * Computes a corpus's value from the sum of its rows' statistics. Rows meet nowhere else, so memory
 * does not grow with their number.
 */
interface CorpusKernel extends Serializable {
  /** The type of the value. */
  DataType type();

  /** How many numbers the statistics have. */
  int width();

  /** A row's statistics, null if the row does not count; no input is null. */
  long[] statistics(Object[] inputs);

  /**
   * The corpus's value.
   *
   * @param sums of the statistics
   * @param rows how many rows counted, at least one
   */
  Object score(long[] sums, long rows);
}
