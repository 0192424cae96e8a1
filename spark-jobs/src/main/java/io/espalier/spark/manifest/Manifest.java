package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.rtrim;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.ColumnTypes;
import io.espalier.spark.table.SourceRows;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.TableRef.InFiles;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.AudioName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The list of utterances that a job works on, one row each, in one shape whatever it was made from:
 *
 * <pre>
 * utt_id string, audio struct&lt;bytes binary, path string&gt;, start_s double, end_s double,
 * language string, task string, speaker_id string, reference string, text_prev string,
 * target_sparsity double, and the columns of the source that are not these
 * </pre>
 *
 * {@code utt_id} is unique and never null. Of {@code audio}, {@code bytes} wins where both are set.
 * {@code language} is ISO 639-3 where the source had ISO 639-1. Anything else may be null.
 */
public final class Manifest {
  private static final StructType AUDIO =
      new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);

  /** The columns that are ours, in order. */
  private static final Map<String, DataType> COLUMNS = columns();

  private Manifest() {}

  /** Names of the columns that every manifest has after reading, in order. */
  public static List<String> columnNames() {
    return List.copyOf(COLUMNS.keySet());
  }

  /**
   * Reads a manifest and proves that its ids are unique.
   *
   * @param location a Parquet file or directory, a file of JSON lines (ours or NeMo's), CSV or TSV,
   *     or a table
   * @throws UsageException if a column has a wrong type or an id is missing or not unique
   */
  public static Dataset<Row> read(SparkSession spark, String location) {
    return open(spark, location).rows();
  }

  /** Like {@link #read}, with what the proof has counted. */
  public static CheckedManifest open(SparkSession spark, String location) {
    TableRef table = TableRef.of(spark, location);
    SourceRows source = Tables.open(spark, table, Optional.empty());
    Optional<String> root =
        table instanceof InFiles files ? Optional.of(root(spark, files)) : Optional.empty();
    if (Arrays.asList(source.rows().columns()).contains("audio_filepath")) {
      source.require(NemoManifest.USED, location);
      source = new SourceRows(NemoManifest.columns(source.rows()), source.leftOut());
    } else if (table instanceof InFiles files && files.format().isDelimited()) {
      root = TableManifest.clips(spark, source, files).or(() -> Optional.of(root(spark, files)));
      source = TableManifest.columns(source, location);
    }
    source.require(COLUMNS.keySet(), location);
    Dataset<Row> manifest = normalize(source.rows(), root, location);
    return new CheckedManifest(manifest, ManifestIds.require(manifest, location), source.leftOut());
  }

  /**
   * The first rows of a manifest, by id.
   *
   * @param limit rows to read; 0 is all
   * @throws UsageException as {@link #read}
   */
  public static CheckedManifest open(SparkSession spark, String location, int limit) {
    CheckedManifest all = open(spark, location);
    if (limit == 0) {
      return all;
    }
    // Ids alone are sorted, not the sound files that may stand beside them.
    Dataset<Row> first = all.rows().select("utt_id").orderBy("utt_id").limit(limit);
    return new CheckedManifest(
        all.rows().join(first, new String[] {"utt_id"}, "left_semi"),
        Math.min(limit, all.count()),
        all.leftOut());
  }

  /**
   * Brings rows into the manifest's shape. Ids are not looked at.
   *
   * @param root directory that relative audio paths are relative to
   * @param name of the source, for messages
   */
  static Dataset<Row> normalize(Dataset<Row> rows, Optional<String> root, String name) {
    // By position: the letter case of names must not matter, whatever the session says.
    Dataset<Row> numbered = SourceRows.numbered(rows);
    Map<String, SourceColumn> present = new LinkedHashMap<>();
    for (StructField field : rows.schema().fields()) {
      present.put(
          field.name().toLowerCase(Locale.ROOT),
          new SourceColumn(field, col("c" + present.size())));
    }
    List<String> mistakes = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    COLUMNS.forEach(
        (column, type) -> {
          SourceColumn place = present.get(column);
          if (place == null) {
            columns.add(lit(null).cast(type).as(column));
          } else if (column.equals("language") && place.type() instanceof IntegralType) {
            mistakes.add(ManifestLabels.classNumbers(place.field(), name));
          } else if (!accepts(type, place.type())) {
            mistakes.add(place.mistake(column, name, wanted(type)));
          } else {
            columns.add(convert(place, type, root).as(column));
          }
        });
    for (String required : List.of("utt_id", "audio")) {
      if (!Arrays.stream(rows.columns()).anyMatch(required::equalsIgnoreCase)) {
        mistakes.add("Cannot read manifest: %s has no column %s".formatted(name, required));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new UsageException(mistakes);
    }
    SourceColumn.requireValues(numbered, present, COLUMNS, name);
    present.forEach(
        (key, place) -> {
          if (!COLUMNS.containsKey(key)) {
            columns.add(place.kept());
          }
        });
    return numbered.select(columns.toArray(Column[]::new));
  }

  private static Map<String, DataType> columns() {
    Map<String, DataType> columns = new LinkedHashMap<>();
    columns.put("utt_id", DataTypes.StringType);
    columns.put("audio", AUDIO);
    columns.put("start_s", DataTypes.DoubleType);
    columns.put("end_s", DataTypes.DoubleType);
    for (String text : List.of("language", "task", "speaker_id", "reference", "text_prev")) {
      columns.put(text, DataTypes.StringType);
    }
    columns.put("target_sparsity", DataTypes.DoubleType);
    return columns;
  }

  /** The directory of a file; of a directory itself, unless it is one data set by its name. */
  static String root(SparkSession spark, InFiles files) {
    Path path = Storage.path(files.path());
    try {
      Path qualified = Tables.fileSystem(spark, path).makeQualified(path);
      boolean dataSet = qualified.getName().toLowerCase(Locale.ROOT).endsWith(".parquet");
      return (dataSet || !Tables.isDirectory(spark, files) ? qualified.getParent() : qualified)
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static boolean accepts(DataType wanted, DataType given) {
    if (given instanceof NullType) {
      return true;
    }
    if (wanted instanceof StructType) {
      return AudioType.accepts(given);
    }
    return wanted.equals(DataTypes.DoubleType)
        ? given instanceof NumericType || given instanceof StringType
        : ColumnTypes.isText(given);
  }

  private static String wanted(DataType type) {
    if (type instanceof StructType) {
      return AudioType.WANTED;
    }
    return type.equals(DataTypes.DoubleType) ? "a number" : "a string";
  }

  private static Column convert(SourceColumn place, DataType type, Optional<String> root) {
    StructField field = place.field();
    Column column = ColumnTypes.isPadded(field) ? rtrim(place.column()) : place.column();
    if (type.equals(DataTypes.DoubleType) && field.dataType() instanceof StringType) {
      return TextValues.number(column);
    }
    if (field.name().equalsIgnoreCase("language")) {
      UDF1<String, String> normalize = LanguageCodes::normalize;
      return udf(normalize, DataTypes.StringType).apply(column.cast(DataTypes.StringType));
    }
    return type instanceof StructType ? audio(column, field.dataType(), root) : column.cast(type);
  }

  private static Column audio(Column column, DataType given, Optional<String> root) {
    Column noBytes = lit(null).cast(DataTypes.BinaryType);
    if (given instanceof BinaryType) {
      return struct(column.as("bytes"), lit(null).cast(DataTypes.StringType).as("path"));
    }
    if (!(given instanceof StructType)) {
      Column path = column.cast(DataTypes.StringType);
      return struct(noBytes.as("bytes"), absolute(path, root).as("path"));
    }
    Column bytes = AudioType.column(column, given, "bytes", DataTypes.BinaryType);
    Column path = AudioType.column(column, given, "path", DataTypes.StringType);
    // Beside bytes the path is only a name.
    return struct(
        bytes.as("bytes"),
        when(bytes.isNotNull(), path).otherwise(absolute(path, root)).as("path"));
  }

  static Column absolute(Column path, Optional<String> root) {
    return root.map(
            directory ->
                when(path.rlike(AudioName.ABSOLUTE), path)
                    .otherwise(concat(lit(directory.replaceAll("/$", "") + "/"), path)))
        .orElse(path);
  }
}
