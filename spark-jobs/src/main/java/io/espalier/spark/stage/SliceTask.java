package io.espalier.spark.stage;

import io.espalier.spark.quarantine.Verdict;
import io.espalier.spark.quarantine.Ward;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.StageTask;
import io.espalier.spark.task.TaskCounters;
import io.espalier.spark.task.TaskOptions;
import io.espalier.spark.task.TaskScope;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.TaskContext;
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
 * @param alone whether nothing else may be computed in the process meanwhile
 */
record SliceTask(Broadcast<Work> work, TaskCounters counters, boolean alone)
    implements FlatMapFunction<Iterator<Tuple2<Integer, byte[]>>, TaskRows> {
  private static final long serialVersionUID = 1L;
  private static final String ID = "utt_id";

  /**
   * What all tasks of a stage share.
   *
   * @param keep columns of the manifest that pass through
   * @param schema of the rows that it makes
   * @param hadoop configuration of the session
   * @param ward knows which rows must be computed alone
   */
  record Work(
      TaskOptions options,
      List<String> keep,
      RowMaker maker,
      StructType schema,
      Broadcast<SerializableConfiguration> hadoop,
      Ward ward)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  SliceTask(Broadcast<Work> work, TaskCounters counters) {
    this(work, counters, false);
  }

  /** The same work on rows that must be computed alone. */
  SliceTask ofSuspects() {
    return new SliceTask(work, counters, true);
  }

  @Override
  public Iterator<TaskRows> call(Iterator<Tuple2<Integer, byte[]>> dealt) throws IOException {
    Work shared = work.value();
    StageTask task =
        new StageTask(shared.options, shared.keep, shared.maker, shared.hadoop, counters);
    TaskContext context = TaskContext.get();
    Ward.Entry entry = shared.ward.enter(context, TaskScope.of(context));
    List<Row> rows = new ArrayList<>();
    List<byte[]> held = new ArrayList<>();
    Iterator<Row> mine = new Unpacked(dealt);
    if (alone) {
      while (mine.hasNext()) {
        suspect(mine.next(), task, entry).forEachRemaining(rows::add);
      }
    } else {
      task.call(new Unsuspected(mine, entry, held), entry.watch(false)).forEachRemaining(rows::add);
    }
    return List.of(TaskRows.of(rows, new StageTally(shared.schema), held)).iterator();
  }

  private static Iterator<Row> suspect(Row row, StageTask task, Ward.Entry entry)
      throws IOException {
    Optional<Verdict> verdict = entry.verdict(row.getAs(ID));
    return verdict.isPresent()
        ? task.refuse(row, verdict.get().code(), Verdict.STAGE, verdict.get().message())
        : task.call(List.of(row).iterator(), entry.watch(true));
  }

  /** Rows that may be computed with others; holds the rest back. */
  private static final class Unsuspected implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final Ward.Entry entry;
    private final List<byte[]> held;
    private Row next;

    Unsuspected(Iterator<Row> rows, Ward.Entry entry, List<byte[]> held) {
      this.rows = rows;
      this.entry = entry;
      this.held = held;
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        Row row = rows.next();
        if (entry.isSuspect(row.getAs(ID))) {
          held.add(PackedRows.pack(List.of(row)));
        } else {
          next = row;
        }
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = next;
      next = null;
      return row;
    }
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
