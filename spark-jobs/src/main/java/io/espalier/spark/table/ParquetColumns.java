package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The columns of Parquet files, from their footers. Spark refuses a whole file because of one
 * unreadable column; this class leaves out that column and keeps the reason.
 *
 * @param fields the readable columns of all files together
 * @param leftOut the reason for each column left out, by name
 */
record ParquetColumns(List<StructField> fields, Map<String, String> leftOut) {
  /** Number of footers that the driver reads itself, to save a job for a small table. */
  private static final int MOST_ON_DRIVER = 16;

  private static final int FILES_PER_TASK = 8;

  /** A column of a file: its type, or why it is unreadable. */
  private record Found(String file, String name, DataType type, String fault)
      implements Serializable {}

  /**
   * Spark's conversion of types that Parquet leaves open.
   *
   * @param settings of the session that Spark's own reader would ask, whichever they are
   */
  private record Reading(Map<String, String> settings) implements Serializable {
    static Reading of(SQLConf conf) {
      Map<String, String> settings = new HashMap<>();
      FromScala.map(conf.getAllConfs())
          .forEach(
              (key, value) -> {
                if (key.startsWith("spark.sql.") && key.contains("parquet")) {
                  settings.put(key, value);
                }
              });
      settings.put("spark.sql.caseSensitive", "true");
      return new Reading(settings);
    }

    StructType convert(MessageType schema) {
      SQLConf conf = new SQLConf();
      settings.forEach(conf::setConfString);
      return new ParquetToSparkSchemaConverter(conf).convert(schema);
    }
  }

  /**
   * Reads the footers.
   *
   * @throws UsageException if a file is not Parquet
   */
  static ParquetColumns of(SparkSession spark, TableFiles files) {
    Reading reading = Reading.of(spark.sessionState().conf());
    Configuration conf = spark.sessionState().newHadoopConf();
    List<String> paths = List.of(files.paths());
    List<Found> found = new ArrayList<>();
    if (paths.size() <= MOST_ON_DRIVER) {
      paths.forEach(path -> found.addAll(footer(path, conf, reading)));
    } else {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      Broadcast<SerializableConfiguration> shared =
          context.broadcast(new SerializableConfiguration(conf));
      int tasks = 1 + paths.size() / FILES_PER_TASK;
      found.addAll(
          context
              .parallelize(paths, tasks)
              .flatMap(path -> footer(path, shared.value().value(), reading).iterator())
              .collect());
    }
    return merged(found, spark.sessionState().conf().caseSensitiveAnalysis());
  }

  private static List<Found> footer(String file, Configuration conf, Reading reading) {
    Path path = Storage.path(file);
    try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, conf))) {
      ParquetMetadata footer = reader.getFooter();
      requireCodecs(file, footer);
      MessageType schema = footer.getFileMetaData().getSchema();
      return schema.getFields().stream().flatMap(type -> found(file, type, reading)).toList();
    } catch (IOException | RuntimeException e) {
      if (e instanceof UsageException known) {
        throw known;
      }
      throw new UsageException(notParquet(file, e));
    }
  }

  private static String notParquet(String file, Exception failure) {
    if (failure instanceof NullPointerException) { // The reader fails like this on newer types.
      return "Cannot read %s: it has a type that this Parquet reader does not know, such as"
              .formatted(file)
          + " FLOAT16. Write that column as another type, or leave it out";
    }
    String message = String.valueOf(failure.getMessage());
    return message.contains("is not a Parquet file")
        ? ("Cannot read %s: it is not a Parquet file, or not a complete one."
                    + " Supported are Parquet, JSON lines")
                .formatted(file)
            + " (.jsonl, .ndjson, .json), CSV (.csv) and TSV (.tsv)"
        : "Cannot read %s as Parquet: %s".formatted(file, message);
  }

  private static void requireCodecs(String file, ParquetMetadata footer) {
    for (BlockMetaData block : footer.getBlocks()) {
      for (ColumnChunkMetaData column : block.getColumns()) {
        CompressionCodecName codec = column.getCodec();
        if (codec == CompressionCodecName.BROTLI || codec == CompressionCodecName.LZO) {
          throw new UsageException(
              ("Cannot read %s: it is compressed with %s. Write it with zstd, snappy,"
                      + " gzip or none")
                  .formatted(file, codec));
        }
      }
    }
  }

  private static java.util.stream.Stream<Found> found(String file, Type type, Reading reading) {
    List<Found> faults = new ArrayList<>();
    Optional<Type> readable = readable(file, type, type.getName(), reading, faults);
    readable
        .map(some -> reading.convert(new MessageType("file", some)).fields()[0].dataType())
        .ifPresent(some -> faults.add(new Found(file, type.getName(), some, null)));
    return faults.stream();
  }

  /**
   * The part of a type that Spark can read: plain groups may lose fields, other types are read as a
   * whole or not at all.
   */
  private static Optional<Type> readable(
      String file, Type type, String name, Reading reading, List<Found> faults) {
    boolean plain =
        !type.isPrimitive()
            && type.getLogicalTypeAnnotation() == null
            && !type.isRepetition(Type.Repetition.REPEATED);
    if (plain) {
      GroupType group = type.asGroupType();
      List<Type> fields = new ArrayList<>();
      for (Type field : group.getFields()) {
        readable(file, field, name + "." + field.getName(), reading, faults).ifPresent(fields::add);
      }
      return fields.isEmpty() ? Optional.empty() : Optional.of(group.withNewFields(fields));
    }
    String fault = fault(type, reading);
    if (fault == null) {
      return Optional.of(type);
    }
    faults.add(new Found(file, name, null, fault));
    return Optional.empty();
  }

  private static String fault(Type type, Reading reading) {
    try {
      reading.convert(new MessageType("file", type));
      return null;
    } catch (Exception e) { // Of many kinds, none of which Scala declares.
      return "its Parquet type '%s' is not supported"
          .formatted(type.toString().replaceAll("\\s+", " ").replaceAll(" ;", ";").strip());
    }
  }

  private static ParquetColumns merged(List<Found> found, boolean caseSensitive) {
    Map<String, Found> first = new LinkedHashMap<>();
    Map<String, String> leftOut = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Found column : found) {
      if (column.fault() != null) {
        leftOut.put(column.name(), column.fault());
        continue;
      }
      String key = column.name().toLowerCase(Locale.ROOT);
      Found known = first.putIfAbsent(key, column);
      if (known != null) {
        merge(known, column, caseSensitive)
            .ifPresentOrElse(
                both -> first.put(key, both),
                () -> leftOut.put(column.name(), clash(known, column)));
      }
    }
    StructType all = new StructType();
    for (Found column : first.values()) {
      if (!leftOut.containsKey(column.name())) {
        all = all.add(column.name(), column.type());
      }
    }
    SourceRows.Columns columns = SourceRows.Columns.of(all);
    leftOut.putAll(columns.leftOut());
    return new ParquetColumns(columns.kept(), leftOut);
  }

  private static Optional<Found> merge(Found a, Found b, boolean caseSensitive) {
    boolean sameName = a.name().equals(b.name());
    if (a.file().equals(b.file()) || (caseSensitive && !sameName)) {
      return Optional.empty();
    }
    try {
      StructType both =
          new StructType()
              .add("column", a.type())
              .merge(new StructType().add("column", b.type()), caseSensitive);
      return Optional.of(new Found(a.file(), a.name(), both.fields()[0].dataType(), null));
    } catch (Exception e) { // A checked one, which Scala does not declare.
      return Optional.empty();
    }
  }

  private static String clash(Found a, Found b) {
    if (!a.name().equals(b.name()) || a.file().equals(b.file())) {
      return ("the names of columns %s and %s differ only in letter case or not at"
                  + " all; rename")
              .formatted(a.name(), b.name())
          + " one of them";
    }
    return "it is %s in %s, but %s in %s; write both with one type"
        .formatted(a.type().catalogString(), a.file(), b.type().catalogString(), b.file());
  }
}
