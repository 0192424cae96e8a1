package io.espalier.tools.benchmark;

import io.espalier.nn.Watch;
import io.espalier.spark.table.RowBuilder;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.RowStamp;
import io.espalier.spark.task.TaskCounters;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskScope;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of ordinary transcripts for a manifest without audio, at no cost.
 *
 * @param rows of the manifest
 */
record ScaleRows(StructType schema, String runId, long rows) implements RowMaker {
  private static final long serialVersionUID = 1L;
  private static final String TEXT = "what a person says in six seconds has about as many words ";

  @Override
  public Iterator<Row> rows(
      Iterator<DecodedRow> audio,
      TaskDevice device,
      TaskScope scope,
      TaskCounters counters,
      Watch watch) {
    ScaleMeter meter = scope.add(ScaleMeter.shared(rows)).value();
    RowStamp stamp = new RowStamp(schema, runId, "scale", device.name());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return audio.hasNext();
      }

      @Override
      public Row next() {
        DecodedRow row = audio.next();
        meter.add();
        counters.add(6, 1, 0);
        return transcript(stamp, row);
      }
    };
  }

  private static Row transcript(RowStamp stamp, DecodedRow row) {
    RowBuilder made =
        stamp
            .ok(row.row(), List.of())
            .set("language", row.row().language())
            .set("task", row.row().task())
            .set("hypothesis", TEXT + row.row().id())
            .set("tokens", 24)
            .set("score", -4.5)
            .set("mean_logprob", -0.2)
            .set("no_speech_probability", 0.01)
            .set("compression_ratio", 1.1)
            .set("duration_s", 6.0)
            .set("gflops", parts -> parts.set("encoder", 1.0).set("total", 1.0).set("dense", 1.0))
            .set("timing", parts -> parts.set("decode_ms", row.decodeMs()))
            .set("precision", "float32");
    return made.build();
  }
}
