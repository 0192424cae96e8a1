package io.espalier.spark.task;

import io.espalier.nn.Watch;
import io.espalier.outcome.ErrorCode;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One task of a stage: reads, decodes and computes its rows. It writes nothing, so Spark may run it
 * any number of times.
 */
public final class StageTask implements FlatMapFunction<Iterator<Row>, Row> {
  private static final long serialVersionUID = 1L;

  private final TaskOptions options;
  private final List<String> keep;
  private final RowMaker maker;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final TaskCounters counters;

  /**
   * @param keep columns of the manifest that pass through
   */
  public StageTask(
      TaskOptions options,
      List<String> keep,
      RowMaker maker,
      Broadcast<SerializableConfiguration> hadoop,
      TaskCounters counters) {
    this.options = options;
    this.keep = List.copyOf(keep);
    this.maker = maker;
    this.hadoop = hadoop;
    this.counters = counters;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    return call(rows, Watch.NONE);
  }

  /**
   * Computes the rows while somebody stands by.
   *
   * @param watch is told each time that native code computes
   */
  public Iterator<Row> call(Iterator<Row> rows, Watch watch) throws IOException {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    TaskContext context = TaskContext.get();
    TaskScope scope = TaskScope.of(context);
    Iterator<DecodedRow> audio =
        TaskAudio.of(options, hadoop.value().value()).decode(rows, keep, context, scope);
    return maker.rows(audio, options.deviceOf(context), scope, counters, watch);
  }

  /**
   * Fails a row without looking at its audio.
   *
   * @param stage of the job in which it failed
   */
  public Iterator<Row> refuse(Row row, ErrorCode code, String stage, String message)
      throws IOException {
    TaskContext context = TaskContext.get();
    ManifestRow refused = ManifestRow.of(row, keep).withoutAudio();
    Iterator<DecodedRow> failed =
        List.<DecodedRow>of(new DecodedRow.Refused(refused, code, stage, message, 0)).iterator();
    return maker.rows(
        failed, options.deviceOf(context), TaskScope.of(context), counters, Watch.NONE);
  }
}
