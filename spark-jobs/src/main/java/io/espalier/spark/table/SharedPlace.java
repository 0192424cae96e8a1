package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A directory on the driver's disk with a file in it that executors look for. An executor that does
 * not see the file is on a machine that does not share the directory: what it wrote there would be
 * lost.
 */
public final class SharedPlace implements AutoCloseable {
  private final FileSystem fs;
  private final Path mark;

  private SharedPlace(FileSystem fs, Path mark) {
    this.fs = fs;
    this.mark = mark;
  }

  /** Marks a directory or, if it does not exist, its nearest existing parent. */
  public static SharedPlace mark(SparkSession spark, String directory) {
    try {
      Path place = Storage.path(directory);
      FileSystem fs = Tables.fileSystem(spark, place);
      while (place.getParent() != null && !fs.exists(place)) {
        place = place.getParent();
      }
      Path mark = new Path(place, ".espalier-" + UUID.randomUUID());
      fs.create(mark).close();
      return new SharedPlace(fs, mark);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to %s: %s".formatted(directory, e), e);
    }
  }

  /**
   * Writes rows to a table. Every task that computes rows first looks whether its machine shares
   * the table's directory, because executors may have joined since the driver asked them all.
   *
   * @param write receives the rows
   */
  static void write(TableRef table, Dataset<Row> rows, Consumer<Dataset<Row>> write) {
    SparkSession spark = rows.sparkSession();
    Optional<String> directory =
        Locations.place(spark, table).filter(place -> Locations.mayBeHidden(spark, place));
    if (directory.isEmpty()) {
      write.accept(rows);
      return;
    }
    try (SharedPlace place = mark(spark, directory.get())) {
      Look look =
          new Look(
              table.toString(),
              directory.get(),
              place.path(),
              new SerializableConfiguration(spark.sessionState().newHadoopConf()));
      write.accept(spark.createDataFrame(rows.javaRDD().mapPartitions(look), rows.schema()));
    }
  }

  /** The file to look for. */
  public String path() {
    return mark.toString();
  }

  @Override
  public void close() {
    try {
      fs.delete(mark, false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete %s: %s".formatted(mark, e), e);
    }
  }

  /**
   * Looks from a task.
   *
   * @param what the directory is, for the message
   * @param mark the driver's {@link #path}
   * @throws UsageException if this machine does not see it
   */
  public static void require(Configuration hadoop, String what, String directory, String mark)
      throws IOException {
    if (!Locations.isHere(hadoop, mark)) {
      throw Locations.hidden(what, directory, Locations.host());
    }
  }

  /** Passes rows on, on machines that see the mark. */
  private record Look(String table, String directory, String mark, SerializableConfiguration hadoop)
      implements FlatMapFunction<Iterator<Row>, Row>, Serializable {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws IOException {
      require(hadoop.value(), table, directory, mark);
      return rows;
    }
  }
}
