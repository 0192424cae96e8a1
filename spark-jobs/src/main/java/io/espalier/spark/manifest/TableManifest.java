package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.FileFormat;
import io.espalier.spark.table.SourceRows;
import io.espalier.spark.table.TableRef.InFiles;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/** Reads tables whose columns have the names that are common in data sets on Hugging Face. */
final class TableManifest {
  private static final Map<String, List<String>> NAMES = names();

  /** Common Voice's audio is in a folder beside its lists. */
  private static final String CLIPS = "clips";

  private TableManifest() {}

  /** Renames the first known name of each column that is not there under our own. */
  static SourceRows columns(SourceRows source, String name) {
    List<String> names = new ArrayList<>(List.of(source.rows().columns()));
    for (Map.Entry<String, List<String>> entry : NAMES.entrySet()) {
      Stream.concat(Stream.of(entry.getKey()), entry.getValue().stream())
          .filter(theirs -> indexOf(names, theirs) >= 0 || source.leftOut().containsKey(theirs))
          .findFirst()
          .ifPresent(
              theirs -> {
                source.require(List.of(theirs), name);
                names.set(indexOf(names, theirs), entry.getKey());
              });
    }
    if (!names.contains("audio")) {
      throw new UsageException(
          ("Cannot find audio: %s has the columns %s. Name the column with the"
                  + " paths: --column audio=NAME%s")
              .formatted(name, List.of(source.rows().columns()), headerHint(name)));
    }
    SourceRows renamed = source.renamed(names);
    return names.contains("utt_id") ? renamed : withIds(renamed, name);
  }

  private static String headerHint(String name) {
    return switch (FileFormat.of(name)) {
      case CSV, TSV -> ". The first line must name the columns";
      case JSON, PARQUET -> "";
    };
  }

  private static int indexOf(List<String> names, String wanted) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(wanted)) {
        return i;
      }
    }
    return -1;
  }

  /** Uses the path of the recording as the id if there is no column for it. */
  private static SourceRows withIds(SourceRows source, String name) {
    Dataset<Row> rows = source.rows();
    DataType type = rows.schema().apply("audio").dataType();
    Optional<Column> path =
        type instanceof StringType
            ? Optional.of(col("audio"))
            : AudioType.field(type, "path")
                .map(StructField::name)
                .map(field -> col("audio").getField(field));
    if (path.isEmpty() || !rows.filter(path.get().isNull()).isEmpty()) {
      throw new UsageException(
          "Cannot find ids: %s has no column %s, and %s. Name one with --column utt_id=NAME"
              .formatted(
                  name,
                  String.join(", ", NAMES.get("utt_id")),
                  path.isEmpty() ? "its audio has no path" : "some of its audio has no path"));
    }
    return new SourceRows(rows.withColumn("utt_id", path.get()), source.leftOut());
  }

  /** The folder of the clips, for a list of Common Voice next to it. */
  static Optional<String> clips(SparkSession spark, SourceRows source, InFiles files) {
    List<String> names = List.of(source.rows().columns());
    if (!names.containsAll(List.of("client_id", "path", "sentence"))) {
      return Optional.empty();
    }
    Path folder = Storage.child(Storage.path(Manifest.root(spark, files)), CLIPS);
    try {
      FileSystem fs = Tables.fileSystem(spark, folder);
      return fs.exists(folder) ? Optional.of(folder.toString()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static Map<String, List<String>> names() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    names.put("utt_id", List.of("id", "utterance_id", "key"));
    names.put("audio", List.of("audio_path", "path", "file"));
    names.put("reference", List.of("text", "sentence", "transcription", "transcript"));
    names.put("language", List.of("lang", "locale"));
    names.put("speaker_id", List.of("speaker", "client_id"));
    return names;
  }
}
