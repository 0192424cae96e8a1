package io.espalier.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** NeMo's JSON lines: {@code audio_filepath, offset, duration, text, lang}. */
final class NemoManifest {
  /** Columns that make a row what it is. */
  static final List<String> NAMES =
      List.of(
          "audio_filepath", "offset", "duration", "text", "lang", "source_lang", "speaker", "id");

  private NemoManifest() {}

  /**
   * Renames NeMo's columns to ours. NeMo has no ids: where the file has none either, the id is the
   * path, with {@code #offset+duration} behind it for a part of a file.
   */
  static Dataset<Row> columns(Dataset<Row> rows) {
    Column offset = first(rows, "double", "offset");
    Column duration = first(rows, "double", "duration");
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("utt_id", coalesce(first(rows, "string", "utt_id", "id"), id(offset, duration)));
    columns.put("audio", col("audio_filepath"));
    columns.put("start_s", offset);
    // Without an offset, the duration is that of the file.
    columns.put("end_s", offset.plus(duration));
    columns.put("language", first(rows, "string", "language", "lang", "source_lang"));
    columns.put("reference", first(rows, "string", "reference", "text"));
    columns.put("speaker_id", first(rows, "string", "speaker_id", "speaker"));
    List<String> used =
        List.of(
            "audio_filepath", "offset", "duration", "id", "lang", "source_lang", "text", "speaker");
    Column[] others =
        Arrays.stream(rows.columns())
            .filter(name -> !used.contains(name) && !columns.containsKey(name))
            .map(name -> col("`" + name + "`"))
            .toArray(Column[]::new);
    Column[] ours =
        columns.entrySet().stream()
            .map(entry -> entry.getValue().as(entry.getKey()))
            .toArray(Column[]::new);
    return rows.select(
        Stream.concat(Arrays.stream(ours), Arrays.stream(others)).toArray(Column[]::new));
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
                coalesce(duration, lit(""))));
  }

  private static Column first(Dataset<Row> rows, String type, String... names) {
    List<String> present = Arrays.asList(rows.columns());
    Column[] found =
        Arrays.stream(names)
            .filter(present::contains)
            .map(name -> col(name).cast(type))
            .toArray(Column[]::new);
    return found.length == 0 ? lit(null).cast(type) : coalesce(found);
  }
}
