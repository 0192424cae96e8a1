package io.espalier.spark.export;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.Shown;
import io.espalier.conf.UsageException;
import io.espalier.spark.export.format.FormatName;
import io.espalier.spark.export.format.TranscriptFormat;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Locations;
import io.espalier.spark.table.SharedPlace;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.RowStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;

/** Writes the transcripts of a run as files. */
public final class Export {
  static final String PLACE = "output directory";

  /** Partitions per slot, so that no task has much more work than others. */
  private static final int PARTITIONS_PER_SLOT = 4;

  /** Size of a partition that the driver can hold. */
  private static final long CHARACTERS_PER_PARTITION = 8L << 20;

  private static final int DIGITS = 8;
  private static final int EXAMPLES = 5;

  private final SparkSession spark;
  private final ExportOptions options;

  /** An export that has not begun. */
  public Export(SparkSession spark, ExportOptions options) {
    this.spark = spark;
    this.options = options;
  }

  /**
   * What was written.
   *
   * @param run whose transcripts they are
   * @param files number of files
   * @param recordings number of recordings
   * @param failed rows that were left out because they failed
   * @param textless other rows that were left out because they have no text
   */
  public record Result(String run, long files, long recordings, long failed, long textless) {}

  /**
   * Writes the files.
   *
   * @throws UsageException if it cannot be done as asked; nothing is written then
   */
  public Result run() throws IOException {
    ExportSource source = ExportSource.open(spark, options);
    requireUnique(source);
    Row counts = counts(source);
    long usable = counts.getLong(0) - counts.getLong(1) - counts.getLong(2);
    if (usable == 0) {
      throw new UsageException(
          "Cannot export run %s of %s: none of its rows has a %s"
              .formatted(
                  source.run(),
                  options.transcripts(),
                  options.call().text().name().toLowerCase(Locale.ROOT)));
    }
    Dataset<Row> rows = named(source.usable());
    boolean together = options.call().together();
    requireOneRecording(rows);
    long recordings =
        together
            ? writeTogether(rows, source.measured(), partitions(counts, 1))
            : writeApart(rows, source.measured(), partitions(counts, usable));
    return new Result(
        source.run(), together ? 1 : recordings, recordings, counts.getLong(1), counts.getLong(2));
  }

  /** All rows, those that failed, others without text, and the length of all texts. */
  private static Row counts(ExportSource source) {
    Column failed = col("status").notEqual(RowStatus.OK);
    Column textless = col("status").equalTo(RowStatus.OK).and(col("text").isNull());
    return source
        .rows()
        .agg(
            count(lit(1)),
            count(when(failed, 1)),
            count(when(textless, 1)),
            coalesce(sum(length(col("text"))), lit(0L)))
        .first();
  }

  private void requireUnique(ExportSource source) {
    List<String> repeated =
        source
            .rows()
            .groupBy("utt_id")
            .agg(count(lit(1)).as("times"))
            .where("times > 1")
            .takeAsList(EXAMPLES)
            .stream()
            .map(row -> Shown.name(row.getString(0)))
            .toList();
    if (!repeated.isEmpty()) {
      throw new UsageException(
          "Cannot export run %s: %s has more than one row for utt_id %s"
              .formatted(source.run(), options.transcripts(), repeated));
    }
  }

  private void requireOneRecording(Dataset<Row> rows) {
    ExportOptions.Call call = options.call();
    if (call.together()
        && call.format().isSubtitle()
        && rows.select("id").distinct().takeAsList(2).size() > 1) {
      throw new UsageException(
          ("Cannot write several recordings to one file: %s is for one recording. Omit"
                  + " --one-file, or choose txt, tsv, json, ctm or stm")
              .formatted(call.format().extension()));
    }
  }

  private int partitions(Row counts, long rows) {
    int slots = spark.sparkContext().defaultParallelism();
    long wanted = Math.min(rows, (long) slots * PARTITIONS_PER_SLOT);
    return (int) Math.max(wanted, counts.getLong(3) / CHARACTERS_PER_PARTITION + 1);
  }

  /** The rows with the name of their recording's file, {@code file}, and with its {@code id}. */
  private Dataset<Row> named(Dataset<Row> rows) {
    boolean merged = options.call().merged();
    UDF1<String, String> name = recording -> FileNames.of(recording, merged);
    UDF1<String, String> key = FileNames::key;
    // Two recordings whose names are the same to some file system get a digest each.
    WindowSpec same = Window.partitionBy(col("file_key"));
    Column recording = col("recording");
    Column clash = min(recording).over(same).notEqual(max(recording).over(same));
    Column digest = substring(sha2(recording.cast("binary"), 256), 1, DIGITS);
    Dataset<Row> files =
        rows.withColumn("name", udf(name, DataTypes.StringType).apply(recording))
            .withColumn("file_key", udf(key, DataTypes.StringType).apply(col("name")))
            .withColumn(
                "file", when(clash, concat(col("name"), lit("-"), digest)).otherwise(col("name")));
    return files.withColumn("id", merged ? col("file") : col("utt_id"));
  }

  private TranscriptFormat format(boolean measured) {
    ExportOptions.Call call = options.call();
    return call.format()
        .writer(new FormatName.Layout(call.together(), call.merged(), measured, options.style()));
  }

  private long writeTogether(Dataset<Row> rows, boolean measured, int partitions)
      throws IOException {
    TranscriptFormat format = format(measured);
    FlatMapFunction<Iterator<Row>, String> bodies =
        part -> new Bodies(new Recordings(part), format);
    Iterator<String> texts =
        rows.repartitionByRange(partitions, col("id"))
            .sortWithinPartitions("id", "start_s", "utt_id")
            .javaRDD()
            .mapPartitions(bodies)
            .toLocalIterator();
    long recordings = 0;
    try (WholeFile file =
        WholeFile.create(
            spark.sessionState().newHadoopConf(), Storage.path(options.call().output()))) {
      file.write(format.head());
      while (texts.hasNext()) {
        if (recordings > 0) {
          file.write(format.between());
        }
        file.write(texts.next());
        recordings++;
      }
      file.write(format.tail());
      file.finish();
    }
    return recordings;
  }

  private long writeApart(Dataset<Row> rows, boolean measured, int partitions) throws IOException {
    String directory = options.call().output();
    makeDirectory(directory);
    Locations.requireShared(spark, PLACE, directory);
    Broadcast<SerializableConfiguration> hadoop =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    Dataset<Row> sorted =
        rows.repartition(partitions, col("id")).sortWithinPartitions("id", "start_s", "utt_id");
    boolean hidden = directory.startsWith("file:") && !spark.sparkContext().isLocal();
    if (!hidden) {
      return write(sorted, measured, null, hadoop);
    }
    try (SharedPlace place = SharedPlace.mark(spark, directory)) {
      return write(sorted, measured, place.path(), hadoop);
    }
  }

  /**
   * Writes a file for each recording.
   *
   * @param mark as {@link FileTask}'s
   */
  private long write(
      Dataset<Row> rows,
      boolean measured,
      String mark,
      Broadcast<SerializableConfiguration> hadoop) {
    ExportOptions.Call call = options.call();
    FileTask task =
        new FileTask(call.output(), call.format().extension(), format(measured), mark, hadoop);
    return rows.javaRDD().mapPartitions(task).reduce(Long::sum);
  }

  private void makeDirectory(String directory) throws IOException {
    Path path = Storage.path(directory);
    FileSystem fs = Tables.fileSystem(spark, path);
    try {
      if (!fs.getFileStatus(path).isDirectory()) {
        throw new UsageException(
            "Cannot write to %s: it is a file. Give a directory, or add --one-file"
                .formatted(Shown.name(directory)));
      }
    } catch (FileNotFoundException e) {
      fs.mkdirs(path);
    }
  }
}
