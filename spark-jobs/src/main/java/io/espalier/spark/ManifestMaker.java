package io.espalier.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.trim;

import io.espalier.spark.TableRef.InFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;

/** Makes manifests from what speech people have. */
public final class ManifestMaker {
  /** Any of them makes a line one of Lhotse's. */
  private static final Set<String> LHOTSE_FIELDS =
      Set.of("supervisions", "recording", "tracks", "sources");

  private ManifestMaker() {}

  /** What a source is. */
  public enum Kind {
    /** To be found out from the source itself. */
    AUTO,
    /** Audio files anywhere below a directory. */
    DIRECTORY,
    /** A Kaldi data directory. */
    KALDI,
    /** NeMo's JSON lines. */
    NEMO,
    /** Lhotse's cuts. */
    LHOTSE,
    /** A table or Parquet, Hugging Face's data sets among them. */
    TABLE;

    /**
     * The kind of a name in upper case.
     *
     * @throws ConfigurationException if there is no such kind
     */
    public static Kind of(String name) {
      return Arrays.stream(values())
          .filter(kind -> kind.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new ConfigurationException(
                      "Invalid kind of source: %s, must be one of %s"
                          .formatted(name, Arrays.toString(values()))
                          .toLowerCase(Locale.ROOT)));
    }
  }

  /**
   * What to make a manifest from.
   *
   * @param source a path or a table
   * @param audioRoot what relative paths are relative to; the source's directory if absent
   * @param columns names of the source's columns by ours
   * @param language of rows that have none
   * @param task of rows that have none
   */
  public record Request(
      String source,
      Kind kind,
      Optional<String> audioRoot,
      Map<String, String> columns,
      Optional<String> language,
      Optional<String> task) {}

  /**
   * What was made.
   *
   * @param leftOut names that a listing has met and could not take, each with the reason
   */
  public record Summary(Kind kind, long utterances, List<String> leftOut) {}

  /**
   * Makes a manifest and writes it.
   *
   * @throws ConfigurationException if the source cannot be used, or if the table exists and may not
   *     be replaced
   */
  public static Summary make(SparkSession spark, Request asked, String table, boolean overwrite) {
    TableRef target = TableRef.of(spark, table);
    if (!overwrite && Tables.exists(spark, target)) {
      throw new ConfigurationException(
          "Cannot write manifest: %s exists, give another --table or --overwrite".formatted(table));
    }
    Kind kind = asked.kind() == Kind.AUTO ? guess(spark, asked.source()) : asked.kind();
    Request request = located(spark, asked, kind);
    List<String> leftOut = new ArrayList<>();
    Dataset<Row> manifest = manifest(spark, request, kind, leftOut::add);
    ManifestIds.require(manifest, request.source());
    if (manifest.isEmpty()) {
      throw new ConfigurationException(
          "Cannot make manifest: %s (%s) has no utterances%s"
              .formatted(
                  request.source(),
                  kind.name().toLowerCase(Locale.ROOT),
                  leftOut.isEmpty() ? "" : ". Left out: " + leftOut.get(0)));
    }
    Tables.replace(target, manifest);
    return new Summary(kind, Tables.read(spark, target).count(), List.copyOf(leftOut));
  }

  /** The same request with absolute paths; the source may be the name of a table instead. */
  private static Request located(SparkSession spark, Request request, Kind kind) {
    String source = request.source();
    if (kind != Kind.TABLE) {
      source = Locations.absolute(spark, source);
      Locations.requireVisible(spark, "source", source);
    }
    return new Request(
        source,
        kind,
        request.audioRoot().map(root -> Locations.absolute(spark, root)),
        request.columns(),
        request.language(),
        request.task());
  }

  private static Dataset<Row> manifest(
      SparkSession spark, Request request, Kind kind, Consumer<String> leftOut) {
    Optional<String> language =
        request.language().map(text -> Languages.required(text, "--language"));
    Optional<String> task = request.task().map(ManifestLabels::requireTask);
    Optional<String> root = request.audioRoot().or(() -> root(spark, request.source()));
    Dataset<Row> rows =
        switch (kind) {
          case DIRECTORY -> DirectoryManifest.columns(spark, request.source(), leftOut);
          case KALDI -> KaldiManifest.columns(spark, request.source(), root);
          case NEMO -> NemoManifest.columns(renamed(read(spark, request), request));
          case LHOTSE -> LhotseManifest.columns(spark, request.source());
          case TABLE -> TableManifest.columns(renamed(read(spark, request), request));
          case AUTO -> throw new IllegalArgumentException("The kind of source is not known yet");
        };
    boolean paths =
        Arrays.stream(rows.schema().fields())
            .anyMatch(
                field -> field.name().equals("audio") && field.dataType() instanceof StringType);
    Dataset<Row> manifest =
        withDefault(
            withDefault(Manifest.normalize(rows, root, request.source()), "language", language),
            "task",
            task);
    // A string reads better than a struct that is half empty.
    return paths ? manifest.withColumn("audio", col("audio.path")) : manifest;
  }

  private static Dataset<Row> read(SparkSession spark, Request request) {
    return Tables.read(spark, TableRef.of(spark, request.source()));
  }

  private static Dataset<Row> renamed(Dataset<Row> rows, Request request) {
    Dataset<Row> renamed = rows;
    for (Map.Entry<String, String> column : request.columns().entrySet()) {
      if (!Arrays.asList(rows.columns()).contains(column.getValue())) {
        throw new ConfigurationException(
            "Cannot find column: %s is not among %s"
                .formatted(column.getValue(), Arrays.toString(rows.columns())));
      }
      renamed = renamed.drop(column.getKey()).withColumnRenamed(column.getValue(), column.getKey());
    }
    return renamed;
  }

  private static Dataset<Row> withDefault(
      Dataset<Row> rows, String column, Optional<String> value) {
    return value
        .map(text -> rows.withColumn(column, coalesce(col(column), lit(text))))
        .orElse(rows);
  }

  private static Optional<String> root(SparkSession spark, String source) {
    return TableRef.of(spark, source) instanceof InFiles files
        ? Optional.of(Manifest.root(spark, files))
        : Optional.empty();
  }

  private static Kind guess(SparkSession spark, String source) {
    Path path = Storage.path(source);
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      if (!fs.exists(path)) {
        return Kind.TABLE;
      }
      if (fs.getFileStatus(path).isDirectory()) {
        return guessDirectory(fs, path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(source, e.getMessage()), e);
    }
    if (TableRef.of(spark, source) instanceof InFiles files && files.isJson()) {
      Dataset<String> firstLines =
          Storage.reader(spark)
              .textFile(Utf8Files.require(spark, source))
              .filter(trim(col("value")).notEqual(""))
              .limit(20);
      List<String> columns = List.of(Storage.reader(spark).json(firstLines).columns());
      return columns.contains("audio_filepath")
          ? Kind.NEMO
          : columns.stream().anyMatch(LHOTSE_FIELDS::contains) ? Kind.LHOTSE : Kind.TABLE;
    }
    return Kind.TABLE;
  }

  private static Kind guessDirectory(FileSystem fs, Path path) throws IOException {
    if (fs.exists(new Path(path, "wav.scp"))) {
      return Kind.KALDI;
    }
    FileStatus[] parquet = fs.listStatus(path, file -> file.getName().endsWith(".parquet"));
    return parquet.length > 0 ? Kind.TABLE : Kind.DIRECTORY;
  }

  /** Refuses a source for some of its rows, with a few of them as examples. */
  static void refuse(Dataset<Row> wrong, String what) {
    List<Row> examples = wrong.takeAsList(3);
    if (!examples.isEmpty()) {
      String shown =
          String.join(", ", examples.stream().map(row -> "'" + row.mkString(" ") + "'").toList());
      throw new ConfigurationException(
          String.format(Locale.ROOT, "%s (%d lines, such as %s)", what, wrong.count(), shown));
    }
  }

  /** A null text, for columns that a source does not have. */
  static Column nothing() {
    return lit(null).cast(DataTypes.StringType);
  }
}
