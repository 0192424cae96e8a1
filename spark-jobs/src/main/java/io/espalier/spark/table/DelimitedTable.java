package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Reads the rows of CSV and TSV files, one task per file. */
final class DelimitedTable {
  private DelimitedTable() {}

  /** A file, the positions of its columns, and the values that its folders add. */
  private record Source(String path, List<Integer> columns, List<String> folderValues)
      implements Serializable {}

  /**
   * Reads files that all name the same columns. They are first checked in one pass.
   *
   * @throws UsageException if they do not
   */
  static SourceRows read(SparkSession spark, TableFiles files) {
    Configuration conf = spark.sessionState().newHadoopConf();
    List<String> header;
    try (DelimitedFile first = DelimitedFile.open(files.entries().get(0).path(), conf)) {
      header = first.header();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot close %s: %s".formatted(files.root(), e.getMessage()), e);
    }
    Map<String, String> leftOut = new LinkedHashMap<>();
    StructType named = new StructType();
    for (String name : header) {
      if (name.isEmpty()) {
        leftOut.put("", "the first line does not name this column");
      } else {
        named = named.add(name, DataTypes.StringType);
      }
    }
    SourceRows.Columns columns = SourceRows.Columns.of(named);
    leftOut.putAll(columns.leftOut());
    List<String> folders = files.partitions();
    StructType schema = new StructType();
    for (var field : columns.kept()) {
      if (folders.stream().noneMatch(field.name()::equalsIgnoreCase)) {
        schema = schema.add(field);
      }
    }
    List<String> kept = List.of(schema.fieldNames());
    for (String folder : folders) {
      schema = schema.add(folder, DataTypes.StringType);
    }
    List<Source> sources =
        files.entries().stream().map(entry -> source(entry, header, kept, folders, conf)).toList();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> shared =
        context.broadcast(new SerializableConfiguration(conf));
    JavaRDD<Row> rows =
        context
            .parallelize(sources, sources.size())
            .flatMap(source -> rows(source, shared.value().value()));
    return new SourceRows(spark.createDataFrame(rows, schema), leftOut);
  }

  /**
   * The header of a checked file. Checking comes first because a task can report a mistake only
   * through Spark.
   */
  private static List<String> checked(Path path, Configuration conf) {
    try (DelimitedFile file = DelimitedFile.open(path, conf)) {
      file.forEachRemaining(row -> {});
      return file.header();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static Source source(
      TableFiles.Entry entry,
      List<String> header,
      List<String> kept,
      List<String> folders,
      Configuration conf) {
    List<String> own = checked(entry.path(), conf);
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < own.size(); i++) {
      positions.put(own.get(i), i);
    }
    if (own.size() != header.size() || !positions.keySet().equals(new HashSet<>(header))) {
      throw new UsageException(
          ("Cannot read %s: its first line names the columns %s, but other files"
                  + " there name %s")
              .formatted(entry.path(), own, header));
    }
    List<Integer> columns = kept.stream().map(positions::get).toList();
    Map<String, String> values = entry.partitions();
    String[] folderValues = folders.stream().map(values::get).toArray(String[]::new);
    return new Source(entry.path().toString(), columns, Arrays.asList(folderValues));
  }

  private static Iterator<Row> rows(Source source, Configuration conf) {
    DelimitedFile file = DelimitedFile.open(Storage.path(source.path()), conf);
    TaskCompletionListener close =
        context -> {
          try {
            file.close();
          } catch (IOException e) {
            throw new UncheckedIOException("Cannot close " + source.path(), e);
          }
        };
    TaskContext.get().addTaskCompletionListener(close);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return file.hasNext();
      }

      @Override
      public Row next() {
        return row(file.next(), source);
      }
    };
  }

  private static Row row(String[] values, Source source) {
    int own = source.columns().size();
    Object[] row = new Object[own + source.folderValues().size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = i < own ? values[source.columns().get(i)] : source.folderValues().get(i - own);
    }
    return RowFactory.create(row);
  }
}
