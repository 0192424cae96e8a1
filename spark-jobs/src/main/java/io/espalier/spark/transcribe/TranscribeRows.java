package io.espalier.spark.transcribe;

import io.espalier.nn.Watch;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.RowStamp;
import io.espalier.spark.task.TaskCounters;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskScope;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Transcribes rows in the tasks of the transcribe stage.
 *
 * @param keep columns of the manifest to copy
 */
public record TranscribeRows(
    TranscriberFactory factory,
    StructType schema,
    String runId,
    String fingerprint,
    List<String> keep)
    implements RowMaker {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Row> rows(
      Iterator<DecodedRow> audio,
      TaskDevice device,
      TaskScope scope,
      TaskCounters counters,
      Watch watch)
      throws IOException {
    RowStamp stamp = new RowStamp(schema, runId, fingerprint, device.name());
    return new Transcripts(
        audio,
        scope.add(factory.open(device)),
        new TranscriptRows(stamp, keep, factory.precision(device)),
        counters,
        watch);
  }
}
