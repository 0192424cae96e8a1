package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.Locations;
import io.espalier.spark.table.SourceRows;
import io.espalier.spark.table.TableChecks;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.TableRef.InFiles;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.AudioRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;

/** Makes manifests from audio files and from the data formats of other toolkits. */
public final class ManifestMaker {
  /** Any of them makes a line one of Lhotse's. */
  private ManifestMaker() {}

  /** The kind of a source. */
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
     * @throws UsageException if there is no such kind
     */
    public static Kind of(String name) {
      return Arrays.stream(values())
          .filter(kind -> kind.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new UsageException(
                      "Invalid kind of source: %s, must be one of %s"
                          .formatted(name, Arrays.toString(values()))
                          .toLowerCase(Locale.ROOT)));
    }
  }

  /**
   * The source and options of a manifest.
   *
   * @param source a path or a table
   * @param audioRoot what relative paths are relative to; the source's directory if absent
   * @param columns names of the source's columns by ours
   * @param language of rows that have none
   * @param task of rows that have none
   * @param split of a data set that has several
   * @param audio which audio may be read
   */
  public record Request(
      String source,
      Kind kind,
      Optional<String> audioRoot,
      Map<String, String> columns,
      Optional<String> language,
      Optional<String> task,
      Optional<String> split,
      AudioRules audio) {
    /** A request for a source without splits, with the default audio rules. */
    public Request(
        String source,
        Kind kind,
        Optional<String> audioRoot,
        Map<String, String> columns,
        Optional<String> language,
        Optional<String> task) {
      this(source, kind, audioRoot, columns, language, task, Optional.empty(), AudioRules.DEFAULTS);
    }
  }

  /**
   * The manifest that was made.
   *
   * @param namesLeftOut names that a listing has met and could not take, each with the reason
   * @param columnsLeftOut why columns of the source are not in the manifest, by name
   */
  public record Summary(
      Kind kind, long utterances, List<String> namesLeftOut, Map<String, String> columnsLeftOut) {}

  /**
   * Makes a manifest and writes it.
   *
   * @throws UsageException if the source cannot be used, or if the table exists and may not be
   *     replaced
   */
  public static Summary make(SparkSession spark, Request asked, String table, boolean overwrite) {
    TableRef target = TableRef.of(spark, table);
    if (!overwrite && Tables.exists(spark, target)) {
      throw new UsageException(
          "Cannot write manifest: %s exists. Give another --table, or --overwrite"
              .formatted(table));
    }
    TableChecks.requireWritable(spark, target);
    Request request = resolved(spark, asked);
    Kind kind = request.kind();
    List<String> leftOut = new ArrayList<>();
    SourceRows source = source(spark, request, leftOut::add);
    Dataset<Row> manifest = manifest(spark, request, source);
    ManifestIds.require(manifest, request.source());
    if (manifest.isEmpty()) {
      throw new UsageException(
          "Cannot make manifest: %s (%s) has no utterances%s"
              .formatted(
                  request.source(),
                  kind.name().toLowerCase(Locale.ROOT),
                  leftOut.isEmpty() ? "" : ". Left out: " + leftOut.get(0)));
    }
    Tables.replace(target, manifest);
    return new Summary(
        kind, Tables.read(spark, target).count(), List.copyOf(leftOut), source.leftOut());
  }

  /**
   * The request with its kind, codes of languages and absolute paths; the source may be the name of
   * a table instead.
   */
  private static Request resolved(SparkSession spark, Request request) {
    Optional<String> language =
        request.language().map(text -> LanguageCodes.required(text, "--language"));
    Optional<String> task = request.task().map(ManifestLabels::requireTask);
    Kind kind =
        request.kind() == Kind.AUTO ? KindGuess.of(spark, request.source()) : request.kind();
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
        language,
        task,
        request.split(),
        request.audio());
  }

  private static SourceRows source(SparkSession spark, Request request, Consumer<String> leftOut) {
    Kind kind = request.kind();
    if (request.split().isPresent() && kind != Kind.TABLE && kind != Kind.NEMO) {
      throw new UsageException(
          "Cannot choose split %s: %s is of kind %s, which has no splits"
              .formatted(
                  request.split().get(), request.source(), kind.name().toLowerCase(Locale.ROOT)));
    }
    return switch (kind) {
      case DIRECTORY -> all(DirectoryManifest.columns(spark, request.source(), leftOut));
      case KALDI ->
          all(
              KaldiManifest.columns(
                  spark, request.source(), root(spark, request), request.audio()));
      case NEMO -> {
        SourceRows rows = renamed(read(spark, request), request);
        rows.require(NemoManifest.USED, request.source());
        yield new SourceRows(NemoManifest.columns(rows.rows()), rows.leftOut());
      }
      case LHOTSE -> all(LhotseManifest.columns(spark, request.source()));
      case TABLE -> {
        SourceRows rows = renamed(read(spark, request), request);
        rows.require(Manifest.columnNames(), request.source());
        yield TableManifest.columns(rows, request.source());
      }
      case AUTO -> throw new IllegalArgumentException("The kind of source is not known yet");
    };
  }

  private static SourceRows all(Dataset<Row> rows) {
    return new SourceRows(rows, Map.of());
  }

  private static Dataset<Row> manifest(SparkSession spark, Request request, SourceRows source) {
    Optional<String> root = root(spark, request);
    Dataset<Row> rows = source.rows();
    boolean paths =
        Arrays.stream(rows.schema().fields())
            .anyMatch(
                field -> field.name().equals("audio") && field.dataType() instanceof StringType);
    Dataset<Row> manifest =
        withDefault(
            withDefault(
                Manifest.normalize(rows, root, request.source()), "language", request.language()),
            "task",
            request.task());
    // A string is easier to read than a half-empty struct.
    return paths ? manifest.withColumn("audio", col("audio.path")) : manifest;
  }

  private static SourceRows read(SparkSession spark, Request request) {
    return Tables.open(spark, TableRef.of(spark, request.source()), request.split());
  }

  /** Renames columns as the user says; a column may get two names and may replace another. */
  private static SourceRows renamed(SourceRows source, Request request) {
    source.require(request.columns().values(), request.source());
    List<String> theirs = List.of(source.rows().columns());
    Map<String, Column> columns = new LinkedHashMap<>();
    for (int i = 0; i < theirs.size(); i++) {
      String name = theirs.get(i);
      if (request.columns().keySet().stream().noneMatch(name::equalsIgnoreCase)) {
        columns.put(name, col("c" + i));
      }
    }
    request
        .columns()
        .forEach(
            (ours, name) -> {
              int index =
                  IntStream.range(0, theirs.size())
                      .filter(i -> theirs.get(i).equalsIgnoreCase(name))
                      .findFirst()
                      .orElseThrow(
                          () ->
                              new UsageException(
                                  "Cannot find column: %s is not one of %s"
                                      .formatted(name, theirs)));
              columns.put(ours, col("c" + index));
              columns.remove(theirs.get(index));
            });
    Column[] named =
        columns.entrySet().stream()
            .map(column -> column.getValue().as(column.getKey()))
            .toArray(Column[]::new);
    return new SourceRows(SourceRows.numbered(source.rows()).select(named), source.leftOut());
  }

  private static Dataset<Row> withDefault(
      Dataset<Row> rows, String column, Optional<String> value) {
    return value
        .map(text -> rows.withColumn(column, coalesce(col(column), lit(text))))
        .orElse(rows);
  }

  private static Optional<String> root(SparkSession spark, Request request) {
    if (request.audioRoot().isPresent()
        || !(TableRef.of(spark, request.source()) instanceof InFiles files)) {
      return request.audioRoot();
    }
    Optional<String> clips =
        files.format().isDelimited()
            ? TableManifest.clips(spark, read(spark, request), files)
            : Optional.empty();
    return clips.or(() -> Optional.of(Manifest.root(spark, files)));
  }

  /** Refuses a source if any rows are wrong, with a few of them as examples. */
  static void refuse(Dataset<Row> wrong, String what) {
    List<Row> examples = wrong.takeAsList(3);
    if (!examples.isEmpty()) {
      String shown =
          String.join(", ", examples.stream().map(row -> "'" + row.mkString(" ") + "'").toList());
      throw new UsageException(
          String.format(Locale.ROOT, "%s (%d lines, such as %s)", what, wrong.count(), shown));
    }
  }

  /** A null text, for columns that a source does not have. */
  static Column nothing() {
    return lit(null).cast(DataTypes.StringType);
  }
}
