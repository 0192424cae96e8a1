package io.espalier.spark.stage;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What a task hands to the driver: its rows, packed, since the driver only passes them on.
 *
 * @param packed the rows, see {@link PackedRows}
 * @param replaces whether some of them replace rows of an earlier attempt
 * @param held rows of the manifest that the task must not compute with others, each packed apart
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes are handed on, never compared.
record TaskRows(byte[] packed, boolean replaces, StageSums sums, List<byte[]> held)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static TaskRows of(List<Row> rows, StageTally tally, List<byte[]> held) {
    return new TaskRows(PackedRows.pack(rows), tally.replaces(rows), tally.sums(rows), held);
  }

  long count() {
    return sums.written();
  }
}
