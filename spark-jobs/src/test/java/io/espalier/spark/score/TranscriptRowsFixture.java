package io.espalier.spark.score;

import io.espalier.spark.TestSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Hand-made transcripts in a table of their own. */
final class TranscriptRowsFixture {
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "utt_id STRING, run_id STRING, status STRING, error_code STRING, language STRING,"
              + " task STRING, hypothesis STRING, duration_s DOUBLE, speaker_cluster INT,"
              + " gates STRUCT<encoder: STRING, decoder: STRING, open_encoder: DOUBLE,"
              + " open_decoder: DOUBLE>,"
              + " gflops STRUCT<subsampling: DOUBLE, encoder: DOUBLE, decoder: DOUBLE, ctc: DOUBLE,"
              + " gates: DOUBLE, context: DOUBLE, total: DOUBLE, dense: DOUBLE>,"
              + " timing STRUCT<decode_ms: DOUBLE, encoder_ms: DOUBLE, decoder_ms: DOUBLE,"
              + " batch_size: INT>, reference STRING, room STRING");

  private final List<Row> rows = new ArrayList<>();
  private final String name = "t_" + UUID.randomUUID().toString().replace('-', '_');

  /** Adds an utterance of 2 s that took 0.5 s, 30 of 40 GFLOPs, and a quarter of the gates. */
  TranscriptRowsFixture ok(
      String run, String id, String task, String language, String reference, String hypothesis) {
    rows.add(
        RowFactory.create(
            id,
            run,
            "ok",
            null,
            language,
            task,
            hypothesis,
            2.0,
            1,
            RowFactory.create("1000", "110", 0.25, 2.0 / 3),
            RowFactory.create(1.0, 20.0, 5.0, 1.0, 2.0, 1.0, 30.0, 40.0),
            RowFactory.create(10.0, 300.0, 200.0, 4),
            reference,
            "hall"));
    return this;
  }

  /** Adds an utterance that could not be decoded. */
  TranscriptRowsFixture failed(String run, String id, String task, String reference) {
    rows.add(
        RowFactory.create(
            id,
            run,
            "failed",
            "UNREADABLE",
            null,
            task,
            null,
            null,
            null,
            null,
            null,
            RowFactory.create(10.0, null, null, null),
            reference,
            "hall"));
    return this;
  }

  /** Writes the table and gives its name. */
  String write() {
    try {
      TestSpark.session().createDataFrame(rows, SCHEMA).writeTo(name).createOrReplace();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return name;
  }
}
