package io.espalier.spark.stage;

import io.espalier.spark.table.Snapshots;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.table.commit.RunTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Writes the rows of a stage to its table, in one commit for many tasks. */
final class StageWriter {
  /** Packed rows of one file; several times as many as the file will have. */
  private static final long BYTES_PER_FILE = 64L << 20;

  /** Looking for snapshots that have expired costs a tenth of a commit. */
  private static final int COMMITS_PER_EXPIRY = 20;

  private final SparkSession spark;
  private final TableRef table;
  private final RunTable run;
  private final StructType schema;
  private final Snapshots snapshots;
  private long commits;

  /**
   * @param run the table, as this driver may write to it
   * @param schema of the rows, with {@code attempt}
   * @param snapshots has those of the table expire
   */
  StageWriter(
      SparkSession spark, TableRef table, RunTable run, StructType schema, Snapshots snapshots) {
    this.spark = spark;
    this.table = table;
    this.run = run;
    this.schema = schema;
    this.snapshots = snapshots;
  }

  /** Adds the rows of some tasks, in place of the failed ones of earlier attempts. */
  void commit(List<TaskRows> tasks) {
    long rows = tasks.stream().mapToLong(TaskRows::count).sum();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    context.setJobDescription(String.format(Locale.ROOT, "commit %d rows", rows));
    List<Broadcast<byte[][]>> files = new ArrayList<>();
    for (byte[][] file : files(tasks)) {
      files.add(context.broadcast(file));
    }
    try {
      Dataset<Row> written =
          spark.createDataFrame(
              context.parallelize(files, files.size()).flatMap(new RowsOfFile()), schema);
      run.add(written, tasks.stream().anyMatch(TaskRows::replaces));
    } finally {
      files.forEach(Broadcast::destroy);
    }
    commits++;
    if (commits % COMMITS_PER_EXPIRY == 0) {
      expire();
    }
  }

  /** Lets the snapshots expire that nobody needs any more. */
  void expire() {
    snapshots.expire(table);
  }

  /** Divides tasks among files, by size alone. */
  private static List<byte[][]> files(List<TaskRows> tasks) {
    List<byte[][]> files = new ArrayList<>();
    List<byte[]> file = new ArrayList<>();
    long bytes = 0;
    for (TaskRows task : tasks) {
      if (bytes > 0 && bytes + task.packed().length > BYTES_PER_FILE) {
        files.add(file.toArray(byte[][]::new));
        file.clear();
        bytes = 0;
      }
      file.add(task.packed());
      bytes += task.packed().length;
    }
    files.add(file.toArray(byte[][]::new));
    return files;
  }

  /** Finds out before the work whether failed rows can be replaced after it. */
  void requireReplaceable() {
    run.requireReplaceable(none());
  }

  /**
   * Has Spark plan a commit while the first rows are computed: planning the first one of a process
   * takes a second that otherwise everything would wait for.
   */
  Background<Void> rehearse() {
    return Background.start(
        "espalier-rehearsal",
        () -> {
          Tables.planAppend(table, none());
          return null;
        });
  }

  private Dataset<Row> none() {
    return spark.createDataFrame(List.of(), schema);
  }

  /** The rows of one file. What a task writes travels apart from it, however much it is. */
  private static final class RowsOfFile implements FlatMapFunction<Broadcast<byte[][]>, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Row> call(Broadcast<byte[][]> file) {
      return Arrays.stream(file.value())
          .flatMap(packed -> PackedRows.unpack(packed).stream())
          .iterator();
    }
  }
}
