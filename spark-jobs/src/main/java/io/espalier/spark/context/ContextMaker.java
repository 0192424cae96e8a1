package io.espalier.spark.context;

import io.espalier.nn.Watch;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.RowStamp;
import io.espalier.spark.task.TaskCounters;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskScope;
import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.sql.Row;

/**
 * Makes context rows in the tasks of the context stage.
 *
 * @param identify whether any row needs its language identified
 * @param batchSeconds seconds of padded audio that an encoder computes together
 */
public record ContextMaker(
    ContextFactory factory, String runId, String fingerprint, boolean identify, double batchSeconds)
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
    RowStamp stamp = new RowStamp(ContextSchema.COLUMNS, runId, fingerprint, device.name());
    return new Contexts(
        audio,
        scope.add(factory.open(device, identify)),
        new ContextRows(stamp),
        batchSeconds,
        counters,
        watch);
  }
}
