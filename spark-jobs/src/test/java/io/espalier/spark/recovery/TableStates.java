package io.espalier.spark.recovery;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;

import io.espalier.spark.recovery.TableState.StoredRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.parser.ParseException;

/** Reads every snapshot of an Iceberg table. Each data file is read once. */
final class TableStates {
  private TableStates() {}

  /**
   * All snapshots in the order of their commits.
   *
   * @param name of the table, with its catalog
   * @param text the column of texts
   */
  static List<TableState> of(SparkSession spark, String name, String text) {
    Table table = load(spark, name);
    Map<Snapshot, List<String>> files = new LinkedHashMap<>();
    StreamSupport.stream(table.snapshots().spliterator(), false)
        .sorted((a, b) -> Long.compare(a.sequenceNumber(), b.sequenceNumber()))
        .forEach(snapshot -> files.put(snapshot, files(table, snapshot)));
    Set<String> all = new TreeSet<>();
    files.values().forEach(all::addAll);
    Map<String, List<StoredRow>> rows = rows(spark, all, text);
    List<TableState> states = new ArrayList<>();
    files.forEach(
        (snapshot, of) ->
            states.add(
                new TableState(
                    snapshot.snapshotId(),
                    snapshot.timestampMillis(),
                    of.stream()
                        .flatMap(file -> rows.getOrDefault(tail(file), List.of()).stream())
                        .toList())));
    return states;
  }

  private static Table load(SparkSession spark, String name) {
    try {
      return Spark3Util.loadIcebergTable(spark, name);
    } catch (ParseException | NoSuchTableException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> files(Table table, Snapshot snapshot) {
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
      for (FileScanTask task : tasks) {
        if (!task.deletes().isEmpty()) {
          throw new IllegalStateException("Cannot read files with deletes: " + task.file());
        }
        files.add(task.file().location());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static Map<String, List<StoredRow>> rows(
      SparkSession spark, Set<String> files, String text) {
    Map<String, List<StoredRow>> rows = new HashMap<>();
    if (files.isEmpty()) {
      return rows;
    }
    List<Row> read =
        spark
            .read()
            .parquet(files.toArray(String[]::new))
            .select(
                col("run_id"),
                col("utt_id"),
                col("status"),
                col("attempt"),
                col(text).cast("string"),
                input_file_name())
            .collectAsList();
    for (Row row : read) {
      rows.computeIfAbsent(tail(row.getString(5)), unused -> new ArrayList<>())
          .add(
              new StoredRow(
                  row.getString(0),
                  row.getString(1),
                  row.getString(2),
                  row.getInt(3),
                  row.getString(4)));
    }
    return rows;
  }

  /** The file's own name, which is unique: the rest is written in several ways. */
  private static String tail(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
