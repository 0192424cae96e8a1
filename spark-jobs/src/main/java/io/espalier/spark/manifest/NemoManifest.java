package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.Quoted;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Reads NeMo's JSON lines for its recognisers and for Canary. Fields that select audio or a task
 * are applied or refused; others become columns.
 */
final class NemoManifest {
  private static final StructType TASK =
      new StructType().add("language", "string").add("task", "string").add("mistake", "string");

  /** Columns that make a row what it is. */
  static final Set<String> USED =
      Set.of(
          "audio_filepath",
          "offset",
          "duration",
          "id",
          "lang",
          "source_lang",
          "target_lang",
          "taskname",
          "text",
          "normalized_text",
          "answer",
          "decodercontext",
          "speaker",
          "_skipme");

  /** Timestamps and speakers that Canary writes into its text. */
  private static final String TOKENS = "<\\|[^|<>]*\\|>";

  private NemoManifest() {}

  /**
   * Renames NeMo's columns to ours. NeMo has no ids: without an id in the file, the id is the path,
   * followed by {@code #offset+duration} for a part of a file. Rows that NeMo would skip are left
   * out.
   *
   * @throws UsageException if a row selects audio or a task that is not available
   */
  static Dataset<Row> columns(Dataset<Row> all) {
    if (all.schema().apply("audio_filepath").dataType() instanceof ArrayType) {
      throw new UsageException(
          "Cannot use NeMo's manifest: audio_filepath is a list. Mix its files into one first");
    }
    Dataset<Row> rows = withoutSkipped(all);
    Map<String, Column> columns = columnsOf(rows);
    Column[] others =
        Arrays.stream(rows.columns())
            .filter(name -> !USED.contains(name) && !columns.containsKey(name))
            .map(Quoted::column)
            .toArray(Column[]::new);
    ManifestMaker.refuse(
        rows.select(col("audio_filepath"), mistake(rows).as("mistake"))
            .filter(col("mistake").isNotNull()),
        "Cannot use NeMo's manifest");
    Column[] ours =
        columns.entrySet().stream()
            .map(entry -> entry.getValue().as(entry.getKey()))
            .toArray(Column[]::new);
    return rows.select(
        Stream.concat(Arrays.stream(ours), Arrays.stream(others)).toArray(Column[]::new));
  }

  private static Map<String, Column> columnsOf(Dataset<Row> rows) {
    Column offset = number(rows, "offset");
    Column duration = number(rows, "duration");
    Column task = task(rows);
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("utt_id", coalesce(first(rows, "utt_id", "id"), id(offset, duration)));
    columns.put("audio", col("audio_filepath"));
    columns.put("start_s", offset);
    // Without an offset, the duration is that of the file.
    columns.put("end_s", offset.plus(duration));
    columns.put("language", task.getField("language"));
    columns.put("task", task.getField("task"));
    columns.put("reference", reference(rows));
    columns.put("speaker_id", first(rows, "speaker_id", "speaker"));
    columns.put("text_prev", given(first(rows, "text_prev", "decodercontext")));
    return columns;
  }

  /** The reference text; NeMo's placeholders for an unknown text count as none. */
  private static Column reference(Dataset<Row> rows) {
    Column answer = first(rows, "answer");
    Column text =
        coalesce(
            first(rows, "reference", "text", "normalized_text"),
            when(not(lower(trim(answer)).equalTo("na")), answer));
    return when(not(trim(text).equalTo("-")), text);
  }

  private static Dataset<Row> withoutSkipped(Dataset<Row> rows) {
    Column skip = lower(trim(first(rows, "_skipme")));
    ManifestMaker.refuse(
        rows.filter(skip.isNotNull().and(not(skip.isin("true", "false", "1", "0", ""))))
            .select(col("audio_filepath"), skip),
        "Cannot use NeMo's manifest: _skipme must be true or false");
    return rows.filter(not(coalesce(skip, lit("")).isin("true", "1")));
  }

  /** The problem of a row, or null. */
  private static Column mistake(Dataset<Row> rows) {
    Column path = col("audio_filepath").cast("string");
    Column shard = first(rows, "shard_id");
    Column channel = first(rows, "channel", "channel_selector");
    Column text = first(rows, "reference", "text", "normalized_text");
    Column asked = given(first(rows, "question", "context", "instruction"));
    return coalesce(
        when(path.startsWith("["), lit("is a list of files: mix them into one first")),
        when(
            shard.isNotNull().and(not(shard.startsWith("-"))),
            concat(lit("is in a tar file, shard_id "), shard, lit(": unpack it first"))),
        when(
            channel.isNotNull().and(not(lower(channel).equalTo("average"))),
            concat(
                lit("selects channel "),
                channel,
                lit(", and channels cannot be selected: write it to a file of its own"))),
        malformed(rows, "offset"),
        malformed(rows, "duration"),
        when(
            text.isNull().and(first(rows, "text_filepath").isNotNull()),
            lit("has its text in text_filepath: write it to text")),
        when(
            text.isNull().and(asked.isNotNull()).and(first(rows, "answer").isNotNull()),
            concat(
                lit("asks '"),
                asked,
                lit("', but OWSM does not answer questions: remove the row"))),
        when(
            reference(rows).rlike(TOKENS),
            lit("has tokens such as <|0|> or <|spk0|> in its text: remove them")),
        task(rows).getField("mistake"));
  }

  private static Column task(Dataset<Row> rows) {
    UDF4<String, String, String, String, Row> task =
        (taskname, source, target, lang) -> {
          NemoTask found = NemoTask.of(taskname, source, target, lang);
          return RowFactory.create(found.language(), found.task(), found.mistake());
        };
    UserDefinedFunction function = udf(task, TASK);
    return function.apply(
        first(rows, "taskname", "task"),
        first(rows, "source_lang"),
        first(rows, "target_lang"),
        first(rows, "language", "lang"));
  }

  private static Column id(Column offset, Column duration) {
    return when(offset.isNull(), col("audio_filepath"))
        .otherwise(
            concat_ws(
                "",
                col("audio_filepath"),
                lit("#"),
                offset,
                lit("+"),
                coalesce(duration.cast("string"), lit(""))));
  }

  private static Column malformed(Dataset<Row> rows, String name) {
    Column text = first(rows, name);
    return when(
        text.isNotNull().and(number(rows, name).isNull()),
        concat(lit("has " + name + " '"), text, lit("', must be a number")));
  }

  /** A number, or null if there is none: a cast would fail in ANSI mode. */
  private static Column number(Dataset<Row> rows, String name) {
    UDF1<String, Double> parse = NemoManifest::parse;
    return udf(parse, DataTypes.DoubleType).apply(first(rows, name));
  }

  private static Double parse(String text) {
    try {
      return text == null ? null : Double.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Column given(Column text) {
    return when(not(trim(text).equalTo("")), text);
  }

  private static Column first(Dataset<Row> rows, String... names) {
    List<String> present = Arrays.asList(rows.columns());
    Column[] found =
        Arrays.stream(names)
            .filter(present::contains)
            .map(name -> Quoted.column(name).cast("string"))
            .toArray(Column[]::new);
    return found.length == 0 ? ManifestMaker.nothing() : coalesce(found);
  }
}
