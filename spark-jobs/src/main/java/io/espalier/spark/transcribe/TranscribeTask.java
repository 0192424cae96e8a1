package io.espalier.spark.transcribe;

import io.espalier.spark.task.TaskAudio;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskScope;
import io.espalier.spark.task.TranscribeCounters;
import io.espalier.spark.task.TranscribeWork;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One task of the stage: reads, decodes, transcribes. A pure function of its rows: it writes
 * nothing but what it returns, so Spark may run it as often as it likes.
 */
final class TranscribeTask implements FlatMapFunction<Iterator<Row>, Row> {
  private static final long serialVersionUID = 1L;

  private final TranscribeWork work;
  private final TranscriberFactory factory;
  private final TranscribeIdentity identity;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final TranscribeCounters counters;

  /**
   * What a run stamps on its rows.
   *
   * @param keep columns of the manifest that pass through
   */
  record TranscribeIdentity(String runId, String fingerprint, List<String> keep)
      implements Serializable {}

  TranscribeTask(
      TranscribeWork work,
      TranscriberFactory factory,
      TranscribeIdentity identity,
      Broadcast<SerializableConfiguration> hadoop,
      TranscribeCounters counters) {
    this.work = work;
    this.factory = factory;
    this.identity = identity;
    this.hadoop = hadoop;
    this.counters = counters;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    TaskContext context = TaskContext.get();
    TaskScope scope = TaskScope.of(context);
    TaskDevice device = work.deviceOf(context);
    return new Transcripts(
        TaskAudio.of(work, hadoop.value().value()).decode(rows, identity.keep(), context, scope),
        scope.add(factory.open(device)),
        new TranscriptRows(
            identity.runId(), identity.fingerprint(), device.name(), factory.precision()),
        counters);
  }
}
