package io.espalier.spark.export;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.Shown;
import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.task.RowStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of one run, with the columns that an export needs: {@code utt_id, status, recording,
 * start_s, duration_s, language, text, segments, words, speaker}.
 *
 * @param run its name
 * @param rows failed ones too
 * @param measured whether the words have times
 */
record ExportSource(String run, Dataset<Row> rows, boolean measured) {
  /** The fields that are read, by name: a table may have more of them. */
  private static final String SEGMENTS =
      "transform(segments, s -> named_struct('start_s', double(s.start_s), 'end_s',"
          + " double(s.end_s), 'text', string(s.text)))";

  private static final String WORDS =
      "transform(words, w -> named_struct('word', string(w.word), 'start_s', double(w.start_s),"
          + " 'end_s', double(w.end_s), 'confidence', double(w.confidence)))";

  private static final Column NONE = lit(null).cast("array<string>");

  private static final String AUDIO = "audio";
  private static final String START = "start_s";
  private static final String SPEAKER = "speaker_id";

  /**
   * Opens the run.
   *
   * @throws UsageException if there is none, or a column is missing
   */
  static ExportSource open(SparkSession spark, ExportOptions options) {
    ExportOptions.Call call = options.call();
    Dataset<Row> table = TableKind.TRANSCRIPTS.read(spark, options.transcripts());
    String run = run(table, call.run(), options.transcripts());
    Dataset<Row> rows = table.where(col("run_id").equalTo(run));
    if (call.manifest().isPresent()) {
      rows = withManifest(spark, rows, call.manifest().get(), call.merged());
    }
    StructType schema = rows.schema();
    if (call.merged()) {
      requireParts(schema, options.transcripts());
    }
    boolean heard = call.text() == ExportOptions.Text.HYPOTHESIS;
    boolean measured = heard && has(schema, "words");
    Column id = col("utt_id");
    Dataset<Row> source =
        rows.select(
            id,
            col("status"),
            (call.merged() ? coalesce(path(schema), id) : id).as("recording"),
            (call.merged() ? coalesce(col(START).cast("double"), lit(0.0)) : lit(0.0)).as(START),
            col("duration_s").cast("double").as("duration_s"),
            col("language"),
            col(heard ? "hypothesis" : "reference").as("text"),
            (heard && has(schema, "segments") ? expr(SEGMENTS) : NONE).as("segments"),
            (measured ? expr(WORDS) : NONE).as("words"),
            speaker(schema).as("speaker"));
    return new ExportSource(run, source, measured);
  }

  private static String run(Dataset<Row> table, Optional<String> asked, String name) {
    Dataset<Row> rows = asked.map(run -> table.where(col("run_id").equalTo(run))).orElse(table);
    Row newest = rows.agg(max("run_id")).first();
    if (newest.isNullAt(0)) {
      List<String> there =
          table.select("run_id").distinct().orderBy("run_id").takeAsList(20).stream()
              .map(row -> row.getString(0))
              .toList();
      throw new UsageException(
          "Cannot find run: %s in %s, which has %s".formatted(asked.orElse("any"), name, there));
    }
    return newest.getString(0);
  }

  /** The rows with columns of the manifest in place of their own ones. */
  private static Dataset<Row> withManifest(
      SparkSession spark, Dataset<Row> rows, String name, boolean required) {
    Dataset<Row> manifest =
        Manifest.read(spark, name)
            .select(col("utt_id"), col("audio.path").as(AUDIO), col(START), col(SPEAKER));
    if (required) {
      List<Row> lacking =
          rows.join(manifest, new String[] {"utt_id"}, "left_anti").select("utt_id").takeAsList(1);
      if (!lacking.isEmpty()) {
        throw new UsageException(
            ("Cannot merge segments: %s has no row with utt_id %s. Give the manifest that was"
                    + " transcribed")
                .formatted(name, Shown.name(lacking.get(0).getString(0))));
      }
    }
    Dataset<Row> bare = rows;
    for (String column : List.of(AUDIO, START, SPEAKER)) {
      bare = bare.drop(column);
    }
    return bare.join(manifest, new String[] {"utt_id"}, "left");
  }

  private static void requireParts(StructType schema, String name) {
    List<String> missing = List.of(AUDIO, START).stream().filter(c -> !has(schema, c)).toList();
    if (!missing.isEmpty()) {
      throw new UsageException(
          ("Cannot merge segments: %s has no columns %s. Give --manifest, or transcribe with --keep"
                  + " audio,start_s")
              .formatted(name, String.join(", ", missing)));
    }
  }

  private static Column path(StructType schema) {
    DataType type = type(schema, AUDIO).orElseThrow();
    if (type instanceof StructType struct && has(struct, "path")) {
      return col(AUDIO).getField("path");
    }
    if (!(type instanceof StringType)) {
      throw new UsageException(
          "Cannot merge segments: column audio is %s, must be a path. Give --manifest"
              .formatted(type.simpleString()));
    }
    return col(AUDIO);
  }

  private static Column speaker(StructType schema) {
    Column cluster =
        when(
            col("speaker_cluster").isNotNull(),
            concat(lit("Speaker "), col("speaker_cluster").cast("string")));
    if (!has(schema, SPEAKER)) {
      return cluster;
    }
    Column name = col(SPEAKER).cast(DataTypes.StringType);
    return coalesce(when(trim(name).notEqual(""), name), cluster);
  }

  private static boolean has(StructType schema, String name) {
    return type(schema, name).isPresent();
  }

  private static Optional<DataType> type(StructType schema, String name) {
    return Arrays.stream(schema.fields())
        .filter(field -> field.name().equalsIgnoreCase(name))
        .findFirst()
        .map(StructField::dataType);
  }

  /** The rows that have a text. */
  Dataset<Row> usable() {
    return rows.where(usableColumn());
  }

  /** Whether a row has a text. */
  static Column usableColumn() {
    return col("status").equalTo(RowStatus.OK).and(col("text").isNotNull());
  }
}
