package io.espalier.spark.task;

import io.espalier.nn.Watch;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.sql.Row;

/** Makes the rows of a stage's table from decoded audio, in tasks. */
public interface RowMaker extends Serializable {
  /**
   * Exactly one row per decoded row, in any order.
   *
   * @param audio decoded ahead of time
   * @param device where to compute
   * @param scope closes what is opened, when the task ends
   * @param counters what Spark's UI and the progress line show
   * @param watch stands by each time that native code computes
   */
  Iterator<Row> rows(
      Iterator<DecodedRow> audio,
      TaskDevice device,
      TaskScope scope,
      TaskCounters counters,
      Watch watch)
      throws IOException;
}
