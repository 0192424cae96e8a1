package io.espalier.spark.export;

import io.espalier.spark.TestSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Hand-made transcripts in a table of their own. */
final class TranscriptTable {
  private static final String COLUMNS =
      "utt_id STRING, run_id STRING, status STRING, error_code STRING, language STRING,"
          + " task STRING, hypothesis STRING, reference STRING, duration_s DOUBLE,"
          + " speaker_cluster INT, gflops STRUCT<total: DOUBLE>,"
          + " segments ARRAY<STRUCT<start_s: DOUBLE, end_s: DOUBLE, text: STRING>>";

  private static final String WORDS =
      ", words ARRAY<STRUCT<word: STRING, start_s: DOUBLE, end_s: DOUBLE, confidence: DOUBLE>>";
  private static final String PARTS = ", audio STRING, start_s DOUBLE";

  private final List<Row> rows = new ArrayList<>();
  private final StructType schema;
  private final String name = "e_" + UUID.randomUUID().toString().replace('-', '_');

  private TranscriptTable(String more) {
    schema = StructType.fromDDL(COLUMNS + more);
  }

  static TranscriptTable plain() {
    return new TranscriptTable("");
  }

  static TranscriptTable withWords() {
    return new TranscriptTable(WORDS);
  }

  static TranscriptTable withParts() {
    return new TranscriptTable(PARTS);
  }

  static Row segment(double startS, double endS, String text) {
    return RowFactory.create(startS, endS, text);
  }

  static Row word(String word, double startS, double endS) {
    return RowFactory.create(word, startS, endS, 0.5);
  }

  /** Adds an English row of speaker 3 whose text is that of its segments. */
  TranscriptTable ok(String run, String id, double durationS, Row... segments) {
    return row(run, id, durationS, List.of(segments), text(segments), List.of());
  }

  /** Adds a row without segments. */
  TranscriptTable ok(String run, String id, double durationS, String text, Object... more) {
    return row(run, id, durationS, List.of(), text, Arrays.asList(more));
  }

  /** Adds a row that failed. */
  TranscriptTable failed(String run, String id) {
    List<Object> values =
        new ArrayList<>(Arrays.asList(id, run, "failed", "AUDIO_UNREADABLE", null, "asr"));
    while (values.size() < schema.size()) {
      values.add(null);
    }
    rows.add(RowFactory.create(values.toArray()));
    return this;
  }

  private TranscriptTable row(
      String run, String id, double durationS, List<Row> segments, String text, List<?> more) {
    List<Object> values =
        new ArrayList<>(
            Arrays.asList(id, run, "ok", null, "eng", "asr", text, "what was said", durationS, 3));
    values.add(RowFactory.create(1.0));
    values.add(segments.toArray(Row[]::new));
    values.addAll(more);
    rows.add(RowFactory.create(values.toArray()));
    return this;
  }

  private static String text(Row... segments) {
    return String.join(" ", Arrays.stream(segments).map(row -> row.getString(2)).toList());
  }

  /** Writes the table and gives its name. */
  String write() {
    try {
      TestSpark.session().createDataFrame(rows, schema).writeTo(name).createOrReplace();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return name;
  }
}
