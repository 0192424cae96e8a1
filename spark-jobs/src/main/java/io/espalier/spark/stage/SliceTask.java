package io.espalier.spark.stage;

import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.StageTask;
import io.espalier.spark.task.TaskCounters;
import io.espalier.spark.task.TaskOptions;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Computes the rows that were dealt to one task. Spark unpacks this for every task; what is large
 * in it is broadcast, so that an executor unpacks that once.
 *
 * @param counters not broadcast, since Spark counts for each task apart
 */
record SliceTask(Broadcast<Work> work, TaskCounters counters)
    implements FlatMapFunction<Iterator<Tuple2<Integer, byte[]>>, TaskRows> {
  private static final long serialVersionUID = 1L;

  /**
   * What all tasks of a stage share.
   *
   * @param keep columns of the manifest that pass through
   * @param schema of the rows that it makes
   * @param hadoop configuration of the session
   */
  record Work(
      TaskOptions options,
      List<String> keep,
      RowMaker maker,
      StructType schema,
      Broadcast<SerializableConfiguration> hadoop)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public Iterator<TaskRows> call(Iterator<Tuple2<Integer, byte[]>> dealt) throws IOException {
    Work shared = work.value();
    StageTask task =
        new StageTask(shared.options, shared.keep, shared.maker, shared.hadoop, counters);
    List<Row> rows = new ArrayList<>();
    task.call(new Unpacked(dealt)).forEachRemaining(rows::add);
    return List.of(TaskRows.of(rows, new StageTally(shared.schema))).iterator();
  }

  /** The rows, unpacked when they are needed. */
  private static final class Unpacked implements Iterator<Row> {
    private final Iterator<Tuple2<Integer, byte[]>> dealt;
    private Iterator<Row> rows = Collections.emptyIterator();

    Unpacked(Iterator<Tuple2<Integer, byte[]>> dealt) {
      this.dealt = dealt;
    }

    @Override
    public boolean hasNext() {
      while (!rows.hasNext() && dealt.hasNext()) {
        rows = PackedRows.unpack(dealt.next()._2()).iterator();
      }
      return rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return rows.next();
    }
  }
}
